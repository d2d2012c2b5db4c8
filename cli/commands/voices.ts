import type { Voice } from '../../lambdas/voices/voice';
import { deleteVoice, listVoices, showVoice } from '../../ops/voices';
import type { Command, Invocation } from '../command';
import { type ExitCode, exitCodes } from '../exit-codes';
import { actionOf, noArguments, oneArgument } from '../run-command';
import { counted, table } from '../table';
import { moment } from '../times';

/** `precall voices`. */
export const voices: Command = {
  summary: 'Lists the voices that the installation made, shows one, or deletes one',
  forms: ['', 'show <voice id>', 'delete <voice id>'],
  about:
    'Deleting works on a voice in use, too: its calls end for Precall, and their agents get their own voices back.\n' +
    'It asks first. The deletion is a job, so it takes some seconds.',
  flags: {
    all: { type: 'boolean', about: 'lists voices that are deleted, too' },
    yes: { type: 'boolean', about: 'deletes without asking' },
  },
  examples: [
    'precall voices',
    'precall voices show gjxCPS7hkpNDNwwOw5hi',
    'precall voices delete gjxCPS7hkpNDNwwOw5hi --yes',
  ],
  run: (invocation) => {
    const actions = { list, show, delete: remove };
    return actions[actionOf(invocation, ['list', 'show', 'delete'], 'list')](invocation);
  },
};

const list = async (invocation: Invocation): Promise<ExitCode> => {
  noArguments(invocation, 1);
  const found = await listVoices(await invocation.installation(), { includesDeleted: invocation.has('all') });
  const rows = found.map((voice) => [voice.voice_id, stateOf(voice), usersOf(voice), moment(voice.expires_at * 1000)]);
  const lines = rows.length === 0 ? [] : table(['voice', 'state', 'used by', 'expires (UTC)'], rows);
  invocation.show(found.map(withoutCaller), [...lines, `${counted(found.length, 'voice')}.`]);
  return exitCodes.done;
};

const show = async (invocation: Invocation): Promise<ExitCode> => {
  const voice = await showVoice(await invocation.installation(), oneArgument(invocation, 'voice id', 1));
  const samples = 'samples' in voice ? voice.samples : [];
  invocation.show(withoutCaller(voice), [
    `Voice ${voice.voice_id}`,
    `  state     ${stateOf(voice)}`,
    `  used by   ${usersOf(voice)}`,
    `  meant for ${Object.keys(voice.agents).join(', ') || '-'}`,
    `  made for  ${('made_for' in voice ? voice.made_for : undefined) ?? '-'}`,
    `  expires   ${moment(voice.expires_at * 1000)} UTC`,
    ...samples.map((key) => `  sample    ${key}`),
  ]);
  return exitCodes.done;
};

const remove = async (invocation: Invocation): Promise<ExitCode> => {
  const voiceId = oneArgument(invocation, 'voice id', 1);
  const installation = await invocation.installation();
  const users = Object.keys((await showVoice(installation, voiceId)).users);
  const inUse = users.length === 0 ? '' : ` ${counted(users.length, 'call')} that use it end: ${users.join(', ')}.`;
  if (!(await invocation.confirm(`Delete the voice ${voiceId} of ${installation.title}?${inUse}`)))
    return exitCodes.refused;
  await deleteVoice(installation, voiceId);
  invocation.show({ voice_id: voiceId, queued: true }, [
    `The deletion of ${voiceId} is queued. See it with: precall voices show ${voiceId}`,
  ]);
  return exitCodes.done;
};

const stateOf = ({ state, users }: Voice): string => {
  if (state !== 'live') return state;
  return Object.keys(users).length > 0 ? 'in use' : 'kept';
};

const usersOf = ({ users }: Voice): string => Object.keys(users).join(', ') || '-';

const withoutCaller = ({ voice_id, state, users, agents, expires_at }: Voice): object => ({
  voice_id,
  state,
  users,
  agents: Object.keys(agents),
  expires_at,
});
