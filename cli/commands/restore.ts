import { prepareTable, repairRestored } from '../../ops/restore';
import type { Command, Invocation } from '../command';
import { type ExitCode, exitCodes } from '../exit-codes';
import { actionOf, noArguments, oneArgument } from '../run-command';
import { counted } from '../table';
import { readSince } from '../times';
import { WrongUse } from '../wrong-use';

/** `precall restore`. */
export const restore: Command = {
  summary: 'Prepares a table that AWS restored from a backup, and repairs the ledger after the stage has adopted it',
  forms: ['prepare <table>', 'repair'],
  about:
    'prepare: pauses the table, and gives it a stream, expiry, backups and protection. repair: repeats erasures and ' +
    'withdrawals, ends voices that are gone, and runs reconcile. Both can be repeated.',
  flags: {
    'backup-days': { type: 'string', value: '<days>', about: 'how far back the table can be restored; default 35' },
    since: {
      type: 'string',
      value: '<time>',
      about: 'the time of the backup: 24h, 35d (default), a date, or a time in UTC such as 2026-11-20T08:00:00Z',
    },
    yes: { type: 'boolean', about: 'does not ask first' },
  },
  examples: [
    'precall restore prepare Precall-prod-restored --stage prod',
    'precall restore repair --since 2026-11-20 --stage prod',
  ],
  run: (invocation) => {
    const actions = { prepare, repair };
    return actions[actionOf(invocation, ['prepare', 'repair'])](invocation);
  },
};

const prepare = async (invocation: Invocation): Promise<ExitCode> => {
  const table = oneArgument(invocation, 'name of the table', 1);
  const days = Number(invocation.text('backup-days') ?? '35');
  if (!Number.isInteger(days) || days < 1 || days > 35) throw new WrongUse('--backup-days must be from 1 to 35.');
  const installation = await invocation.installation();
  const settings = await prepareTable(installation, table, days, Date.now());
  invocation.show(settings, [
    `${table} is paused, and has a stream, expiry, backups and protection.`,
    'Add these to the settings of the stage in cdk.json, and deploy:',
    JSON.stringify(settings, undefined, 2),
  ]);
  return exitCodes.done;
};

const repair = async (invocation: Invocation): Promise<ExitCode> => {
  noArguments(invocation, 1);
  const installation = await invocation.installation();
  const sinceMs = readSince(invocation.text('since') ?? '35d', Date.now());
  if (!(await invocation.confirm(`Repair the ledger of ${installation.title}?`))) return exitCodes.refused;
  const done = await repairRestored(installation, sinceMs);
  invocation.show(done, [
    `Queued again: ${counted(done.erasures, 'erasure')}, ${counted(done.withdrawals, 'withdrawal')}.`,
    `Gone at ElevenLabs: ${counted(done.lostVoices, 'voice')}, ${counted(done.withdrawnOffers, 'offer')} withdrawn.`,
    `Reconcile found: ${JSON.stringify(done.reconciled)}.`,
    'When the queues are empty and a second repair finds nothing: precall resume',
  ]);
  return exitCodes.done;
};
