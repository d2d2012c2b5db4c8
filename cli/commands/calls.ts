import type { CallSummary } from '../../ops/call-rows';
import { listCalls } from '../../ops/calls';
import type { Command } from '../command';
import { exitCodes } from '../exit-codes';
import { noArguments } from '../run-command';
import { counted, table } from '../table';
import { moment, readSince } from '../times';

/** `precall calls`. */
export const calls: Command = {
  summary: 'Lists the calls of the last day, newest first',
  forms: [''],
  flags: {
    failed: { type: 'boolean', about: 'only those that went wrong, and requests that were refused' },
    since: { type: 'string', value: '<time>', about: 'from then on: 30m, 24h (default), 7d, or a date' },
  },
  examples: ['precall calls', 'precall calls --failed --since 2h --stage prod'],
  run: async (invocation) => {
    noArguments(invocation);
    const sinceMs = readSince(invocation.text('since') ?? '24h', Date.now());
    const all = await listCalls(await invocation.installation(), sinceMs);
    const wanted = invocation.has('failed') ? all.filter(({ isFailed }) => isFailed) : all;
    invocation.show(wanted, describe(wanted, sinceMs));
    return exitCodes.done;
  },
};

const describe = (wanted: readonly CallSummary[], sinceMs: number): string[] => [
  ...(wanted.length === 0
    ? []
    : table(
        ['when (UTC)', 'call', 'agent', 'state'],
        wanted.map(({ atMs, id, otherIds, agentId = '-', state }) => [
          moment(atMs),
          otherIds.length === 0 ? id : `${id} (${otherIds.join(', ')})`,
          agentId,
          state,
        ]),
      )),
  `${counted(wanted.length, 'call')} since ${moment(sinceMs)} UTC.`,
];
