import { elevenLabsId } from '../../lambdas/platform/ids';
import { type MissingPermission, missingPermissions } from '../../ops/setup/permissions';
import { planSetup } from '../../ops/setup/plan';
import { planUndo } from '../../ops/setup/undo';
import { type Change, openWork, readAccount, type Scope, type AccountSnapshot, type Work } from '../../ops/setup/work';
import type { Command, Invocation } from '../command';
import { type ExitCode, exitCodes } from '../exit-codes';
import { counted, table } from '../table';
import { WrongUse } from '../wrong-use';
import { tryCall } from './setup-try';

/** `precall setup`. */
export const setup: Command = {
  summary: "Sets up ElevenLabs' side: webhooks, their secrets, and what the agents allow; or repairs it",
  forms: ['<agent id> …', '--all', '--undo'],
  about:
    'It compares what there is with what Precall needs, shows the difference, asks, and changes that alone.\n' +
    'With agent ids, webhooks are attached to these agents. With --all, the workspace gets them, and every agent\n' +
    'allows its calls to override what Precall sets. --undo takes back what this command made.\n' +
    'The key is that of the installation, or a stronger one for this command alone in ELEVENLABS_ADMIN_KEY.',
  flags: {
    all: { type: 'boolean', about: 'every agent that is not archived, and the settings of the workspace' },
    undo: { type: 'boolean', about: 'takes back what this command made' },
    'dry-run': { type: 'boolean', about: 'shows the difference and changes nothing' },
    replace: { type: 'boolean', about: 'replaces webhooks that point elsewhere' },
    try: { type: 'boolean', about: 'then sends a pre-call for the first agent, and ends it (costs one voice edit)' },
    'public-url': { type: 'string', value: '<url>', about: 'where ElevenLabs reaches a local stack: a tunnel' },
    yes: { type: 'boolean', about: 'does not ask first' },
  },
  examples: [
    'precall setup --all --stage prod',
    'precall setup agent_def456uvw --dry-run',
    'precall setup --undo --stage prod',
  ],
  run: async (invocation) => {
    const scope = scopeOf(invocation);
    if (invocation.has('try') && invocation.has('json'))
      throw new WrongUse('--try cannot be combined with --json, because it prints more than one document.');
    const installation = await invocation.installation();
    const key = invocation.surroundings.env['ELEVENLABS_ADMIN_KEY'];
    const work = await openWork(installation, {
      publicUrl: invocation.text('public-url'),
      key: key === '' ? undefined : key,
    });
    const missing = await missingPermissions(work);
    if (missing.length > 0) return showMissing(missing, invocation);
    if (scope === 'undo') return change(await planUndo(work), [], invocation);
    const snapshot = await readAccount(work, scope);
    const exitCode = await setUp(work, snapshot, scope, invocation);
    if (exitCode !== exitCodes.done || !invocation.has('try') || invocation.has('dry-run')) return exitCode;
    return tryCall(installation, snapshot.agents[0]?.agent_id, invocation);
  },
};

const scopeOf = ({ args, has }: Invocation): Scope | 'undo' => {
  const forms = [args.length > 0, has('all'), has('undo')].filter(Boolean).length;
  if (forms !== 1) throw new WrongUse('Name agents by their ids, or use --all, or --undo.');
  const wrong = args.find((id) => !elevenLabsId.safeParse(id).success);
  if (wrong !== undefined) throw new WrongUse(`${wrong} is not the id of an agent.`);
  return has('undo') ? 'undo' : has('all') ? 'all' : args;
};

const showMissing = (missing: readonly MissingPermission[], invocation: Invocation): ExitCode => {
  invocation.show({ missing_permissions: missing.map(({ name }) => name), changes: [], applied: false }, [
    `The key of ElevenLabs lacks ${counted(missing.length, 'permission')}; nothing was changed:`,
    ...table(
      ['permission', 'to'],
      missing.map(({ name, use }) => [name, use]),
    ),
    'Give them to the key at ElevenLabs, or name a stronger key for this command in ELEVENLABS_ADMIN_KEY.',
  ]);
  return exitCodes.notAllowed;
};

const setUp = async (
  work: Work,
  snapshot: AccountSnapshot,
  scope: Scope,
  invocation: Invocation,
): Promise<ExitCode> => {
  const terms = { scope, replaces: invocation.has('replace') };
  const { changes, obstacles, notes } = planSetup(work, snapshot, terms);
  if (obstacles.length > 0) {
    invocation.show({ missing_permissions: [], obstacles, changes: [], applied: false }, [
      ...obstacles,
      'Nothing was changed.',
    ]);
    return exitCodes.refused;
  }
  const exitCode = await change(changes, notes, invocation);
  if (exitCode !== exitCodes.done || changes.length === 0 || invocation.has('dry-run')) return exitCode;
  const remaining = planSetup(work, await readAccount(work, scope), terms).changes.flatMap(({ lines }) => lines);
  if (remaining.length === 0) return exitCodes.done;
  invocation.surroundings.note(`ElevenLabs still shows a difference: ${remaining.join('; ')}. Run the command again.`);
  return exitCodes.refused;
};

/** Shows the changes, asks for confirmation, and applies them. */
const change = async (
  changes: readonly Change[],
  notes: readonly string[],
  invocation: Invocation,
): Promise<ExitCode> => {
  const lines = changes.flatMap((each) => each.lines.map((line) => `  ${line}`));
  const document = {
    missing_permissions: [],
    notes,
    changes: changes.map(({ about, lines: what }) => ({ about, what })),
  };
  if (changes.length === 0) {
    invocation.show({ ...document, applied: false }, [...notes, 'There is nothing to change.']);
    return exitCodes.done;
  }
  if (invocation.has('dry-run')) {
    invocation.show({ ...document, applied: false }, [...notes, 'It would:', ...lines]);
    return exitCodes.done;
  }
  if (!invocation.has('json')) ['It will:', ...lines].forEach(invocation.surroundings.print);
  if (!(await invocation.confirm(`Make ${counted(changes.length, 'change')}?`))) return exitCodes.refused;
  for (const each of changes) await each.apply();
  invocation.show({ ...document, applied: true }, [...notes, 'Done. See the rest with: precall check']);
  return exitCodes.done;
};
