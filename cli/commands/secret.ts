import { randomBytes } from 'node:crypto';
import { text as readAll } from 'node:stream/consumers';
import { addSecretValue, hashKeys, planEndOfRotation, rotatable, setSecret } from '../../ops/change-secret';
import { type Installation, required } from '../../ops/installation';
import { proveSecret, type SecretProof } from '../../ops/prove-secret';
import type { Command, Invocation } from '../command';
import { type ExitCode, exitCodes } from '../exit-codes';
import { actionOf, oneArgument } from '../run-command';
import { counted } from '../table';
import { WrongUse } from '../wrong-use';

/** `precall secret`. */
export const secret: Command = {
  summary: 'Sets a secret, or rotates one without refusing a request',
  forms: ['set <name>', 'rotate <name>', 'rotate <name> --finish'],
  about:
    'The value comes from --value, else from standard input; --generate makes one and prints it once.\n' +
    'rotate adds the new value beside the old one, waits until the service accepts it, and says what is next.\n' +
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
  run: async (invocation) => {
    const action = actionOf(invocation, ['set', 'rotate']);
    const name = oneArgument(invocation, 'name of the secret', 1);
    if (invocation.has('generate') && invocation.text('value') !== undefined)
      throw new WrongUse('Use either --value or --generate, not both.');
    const installation = await invocation.installation();
    required(installation.secrets, name, installation);
    if (action === 'set') return set(installation, name, invocation);
    return invocation.has('finish') ? finish(installation, name, invocation) : rotate(installation, name, invocation);
  },
};

const set = async (installation: Installation, name: string, invocation: Invocation): Promise<ExitCode> => {
  const risk = name === hashKeys ? ' With another key no caller is recognised any more: use rotate.' : '';
  const newValue = await readValue(invocation);
  if (!(await invocation.confirm(`Replace the value of ${name} of ${installation.title}?${risk}`)))
    return exitCodes.refused;
  await setSecret(installation, name, newValue);
  return prove(installation, { name, newValue, outcome: `${name} is set.` }, invocation);
};

const rotate = async (installation: Installation, name: string, invocation: Invocation): Promise<ExitCode> => {
  const newValue = await readValue(invocation);
  await addSecretValue(installation, name, newValue);
  const next =
    name === hashKeys
      ? 'The old ones stay: they find what they hashed.'
      : `Give the new value to the sender. When all its requests use it: precall secret rotate ${name} --finish`;
  const outcome = `${name} has its new value beside the old one. ${next}`;
  return prove(installation, { name, newValue, outcome }, invocation);
};

const finish = async (installation: Installation, name: string, invocation: Invocation): Promise<ExitCode> => {
  const { removed, ofWebhook, apply } = await planEndOfRotation(installation, name);
  const old = `the old value of ${name} (it ends in ${removed.join(', ')})`;
  if (!(await invocation.confirm(`Remove ${old}? Requests that are signed with it are refused then.`)))
    return exitCodes.refused;
  await apply();
  const kept = ofWebhook > 0 ? [`What ElevenLabs signs with stays: ${counted(ofWebhook, 'value')} of webhooks.`] : [];
  invocation.show({ secret: name, finished: true, removed, kept_of_webhooks: ofWebhook }, [`Removed ${old}.`, ...kept]);
  return exitCodes.done;
};

/** A secret that was changed. */
interface ChangedSecret {
  readonly name: string;
  readonly newValue: string;
  /** What was done, and what is next, for a person. */
  readonly outcome: string;
}

/** Reports the change and a generated value at once, because the proof may take two minutes or be interrupted. */
const prove = async (
  installation: Installation,
  { name, newValue, outcome }: ChangedSecret,
  { has, show, surroundings: { print, note } }: Invocation,
): Promise<ExitCode> => {
  const isValueShown = has('generate') && name !== hashKeys;
  if (!has('json')) {
    print(outcome);
    if (isValueShown) print(`The value: ${newValue}`);
  }
  note('Waits until the service accepts it …');
  const proof = await proveSecret(installation, name, newValue);
  show({ secret: name, proof, ...(isValueShown && { value: newValue }) }, [proofSentences[proof]]);
  return proofExitCodes[proof];
};

const proofSentences: Readonly<Record<SecretProof, string>> = {
  accepted: 'Proof: a request with the new value was accepted.',
  unproven: 'Nothing can prove this one: see "precall status" and the next calls.',
  refused: 'The service still refuses the new value after two minutes: see "precall tail --failed".',
  unreachable: 'The service does not answer, so the new value is stored but not proven: see "precall status".',
};

const proofExitCodes: Readonly<Record<SecretProof, ExitCode>> = {
  accepted: exitCodes.done,
  unproven: exitCodes.done,
  refused: exitCodes.refused,
  unreachable: exitCodes.unreachable,
};

const readValue = async ({ text, has, surroundings }: Invocation): Promise<string> => {
  if (has('generate')) return randomBytes(24).toString('hex');
  const isPiped = surroundings.ask === undefined;
  const value = text('value') ?? (isPiped ? (await readAll(process.stdin)).trim() : '');
  if (value === '') throw new WrongUse('No value given. Use --value, --generate, or standard input.');
  if (value.includes(','))
    throw new WrongUse(
      'The value must not contain a comma. A comma separates two values that are valid at the same time.',
    );
  return value;
};
