import { randomBytes } from 'node:crypto';
import { text as readAll } from 'node:stream/consumers';
import { addSecretValue, hashKeys, planEndOfRotation, rotatable, setSecret } from '../../ops/change-secret';
import type { Installation } from '../../ops/installation';
import { required } from '../../ops/installation';
import { proveSecret } from '../../ops/prove-secret';
import type { Call, Command } from '../command';
import { type ExitCode, exitCodes } from '../exit-codes';
import { noArguments } from '../run-command';
import { counted } from '../table';
import { WrongUse } from '../wrong-use';

const value = 'The value comes from --value, else from standard input; --generate makes one and prints it once.';

/** `precall secret`. */
export const secret: Command = {
  summary: 'Sets a secret, or rotates one without refusing a request',
  forms: ['set <name>', 'rotate <name>', 'rotate <name> --finish'],
  about:
    `${value}\nrotate adds the new value beside the old one, waits until the service accepts it, and says what is next.\n` +
    'rotate --finish removes the old value, but no value of a webhook at ElevenLabs (wsec_…).\n' +
    `Secrets that can be rotated: ${rotatable.join(', ')}.\n` +
    `${hashKeys} keeps all its old values behind the new one, and none is shown.`,
  flags: {
    value: { type: 'string', value: '<value>', about: 'the new value (it stays in the history of your shell)' },
    generate: { type: 'boolean', about: 'makes a random value and prints it' },
    finish: { type: 'boolean', about: 'removes the old value of a rotation' },
    yes: { type: 'boolean', about: 'does not ask first' },
  },
  examples: [
    'precall secret set ElevenLabsApiKey --yes --stage prod < key.txt',
    'precall secret rotate ThreeCxWebhookSecret --generate',
    'precall secret rotate ThreeCxWebhookSecret --finish',
  ],
  run: async (call) => {
    const [action, name] = call.args;
    noArguments(call, 2);
    if ((action !== 'set' && action !== 'rotate') || name === undefined)
      throw new WrongUse('Use "secret set <name>" or "secret rotate <name>".');
    const installation = await call.installation();
    required(installation.secrets, name, installation);
    if (action === 'set') return set(installation, name, call);
    return call.has('finish') ? finish(installation, name, call) : rotate(installation, name, call);
  },
};

const set = async (installation: Installation, name: string, call: Call): Promise<ExitCode> => {
  const risk = name === hashKeys ? ' With another key no caller is recognised any more: use rotate.' : '';
  const given = await newValue(call);
  if (!(await call.confirm(`Replace the value of ${name} of ${installation.title}?${risk}`))) return exitCodes.refused;
  await setSecret(installation, name, given);
  return report(installation, name, call, given, `${name} is set.`);
};

const rotate = async (installation: Installation, name: string, call: Call): Promise<ExitCode> => {
  const given = await newValue(call);
  await addSecretValue(installation, name, given);
  const next =
    name === hashKeys
      ? 'The old ones stay: they find what they hashed.'
      : `Give the new value to the sender. When all its requests use it: precall secret rotate ${name} --finish`;
  return report(installation, name, call, given, `${name} has its new value beside the old one. ${next}`);
};

const finish = async (installation: Installation, name: string, call: Call): Promise<ExitCode> => {
  const { removed, ofWebhook, apply } = await planEndOfRotation(installation, name);
  const old = `the old value of ${name} (it ends in ${removed.join(', ')})`;
  if (!(await call.confirm(`Remove ${old}? Requests that are signed with it are refused then.`)))
    return exitCodes.refused;
  await apply();
  const kept = ofWebhook > 0 ? [`What ElevenLabs signs with stays: ${counted(ofWebhook, 'value')} of webhooks.`] : [];
  call.show({ secret: name, finished: true, removed, kept_of_webhooks: ofWebhook }, [`Removed ${old}.`, ...kept]);
  return exitCodes.done;
};

const report = async (
  installation: Installation,
  name: string,
  call: Call,
  given: string,
  done: string,
): Promise<ExitCode> => {
  call.surroundings.note('Waits until the service accepts it …');
  const proof = await proveSecret(installation, name, given);
  const isProven = proof !== 'refused';
  const isShown = call.has('generate') && name !== hashKeys;
  const made = isShown ? [`The value: ${given}`] : [];
  call.show({ secret: name, proof, ...(isShown && { value: given }) }, [done, ...made, sentences[proof]]);
  return isProven ? exitCodes.done : exitCodes.refused;
};

const sentences = {
  accepted: 'Proof: a request with the new value was accepted.',
  unproven: 'Nothing can prove this one: see "precall status" and the next calls.',
  refused: 'The service still refuses the new value after two minutes: see "precall tail --failed".',
} as const;

const newValue = async ({ text, has, surroundings }: Call): Promise<string> => {
  if (has('generate')) return randomBytes(24).toString('hex');
  const given = text('value') ?? (surroundings.ask === undefined ? (await readAll(process.stdin)).trim() : '');
  if (given === '') throw new WrongUse('No value given. Use --value, --generate, or standard input.');
  if (given.includes(','))
    throw new WrongUse(
      'The value must not contain a comma. A comma separates two values that are valid at the same time.',
    );
  return given;
};
