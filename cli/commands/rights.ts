import { loggedRights, repeatRights } from '../../ops/rights';
import type { Command } from '../command';
import { exitCodes } from '../exit-codes';
import { actionOf, noArguments } from '../run-command';
import { counted } from '../table';
import { moment, readSince } from '../times';

/** `precall rights`. */
export const rights: Command = {
  summary: 'Lists erasures and withdrawals, and repeats them after the table was restored from a backup',
  forms: ['list', 'repeat'],
  about: 'The log of both is in the bucket, which a restore of the table leaves as it is. What came later stays.',
  flags: {
    since: { type: 'string', value: '<time>', about: 'those since then: 24h, 35d (default), or a date' },
    yes: { type: 'boolean', about: 'repeats without asking' },
  },
  examples: [
    'precall rights list --since 7d --stage prod',
    'precall rights repeat --since 2026-11-20 --yes --stage prod',
  ],
  run: async (invocation) => {
    const action = actionOf(invocation, ['list', 'repeat']);
    noArguments(invocation, 1);
    const installation = await invocation.installation();
    const found = await loggedRights(installation, readSince(invocation.text('since') ?? '35d', Date.now()));
    const of = (kind: string): number => found.filter((each) => each.kind === kind).length;
    const sum = `${counted(of('erasure'), 'erasure')}, ${counted(of('withdrawal'), 'withdrawal')}`;
    if (action === 'list') {
      invocation.show(found, [...found.map(({ kind, at }) => `${moment(at * 1000)} UTC  ${kind}`), `${sum}.`]);
      return exitCodes.done;
    }
    if (!(await invocation.confirm(`Repeat ${sum} of ${installation.title}?`))) return exitCodes.refused;
    await repeatRights(installation, found);
    invocation.show({ erasures: of('erasure'), withdrawals: of('withdrawal') }, [`Queued again: ${sum}.`]);
    return exitCodes.done;
  },
};
