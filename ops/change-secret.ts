import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { type Installation, OperationError, required } from './installation';
import { liveValues } from './secrets';
import { digestOf, readRecord } from './setup/record';

/** Replaces the value of a secret, by its logical id. Throws OperationError if the id is unknown. */
export const setSecret = async (installation: Installation, name: string, value: string): Promise<void> => {
  const SecretId = required(installation.secrets, name, installation);
  await installation.clients.secrets.send(new PutSecretValueCommand({ SecretId, SecretString: value }));
};

/** Secrets that may have two live values at the same time. */
export const rotatable = ['ElevenLabsWebhookSecret', 'ThreeCxWebhookSecret', 'InitiationSecret', 'FlatPostCallSecret'];

/** The secret with a ring of keys. No value goes before the evidence of consent that it hashed has expired. */
export const hashKeys = 'CallerHashKey';

/**
 * Adds a new value before the live ones, so that all are accepted. Does not count the values of webhooks. Throws
 * OperationError if the secret cannot have two values or already has two. Only the ring of hash keys has more.
 */
export const addSecretValue = async (installation: Installation, name: string, value: string): Promise<void> => {
  const isRing = name === hashKeys;
  if (!isRing && !rotatable.includes(name))
    throw new OperationError('refused', `${name} has one value at a time. Those with two are ${rotatable.join(', ')}.`);
  const { others, ofWebhook } = await valuesByUse(installation, name);
  if (others.length > 1 && !isRing)
    throw new OperationError(
      'refused',
      `${name} has two values already. Finish that rotation first: precall secret rotate ${name} --finish`,
    );
  await setSecret(installation, name, [value, ...others, ...ofWebhook].join(','));
};

/** What the end of a rotation does to the values of a secret. */
export interface EndOfRotation {
  /** The last four characters of each value that goes, by which its owner recognises it. */
  readonly removed: readonly string[];
  /** How many values stay because ElevenLabs signs with them, or may. */
  readonly ofWebhook: number;
  readonly apply: () => Promise<void>;
}

/**
 * Plans the removal of the older of two live values. Keeps the values of webhooks, whoever made them. Throws
 * OperationError if there is no other than these, or the secret is the ring of keys.
 */
export const planEndOfRotation = async (installation: Installation, name: string): Promise<EndOfRotation> => {
  if (name === hashKeys)
    throw new OperationError(
      'refused',
      `${hashKeys} keeps its old values, because they find what they hashed. Remove the oldest one in Secrets ` +
        'Manager once CONSENT_EVIDENCE_DAYS have passed since it was replaced.',
    );
  const { others, ofWebhook } = await valuesByUse(installation, name);
  const [newest, ...older] = others;
  if (newest === undefined || older.length === 0) {
    const also = ofWebhook.length > 0 ? ' Its other value is that of a webhook, with which ElevenLabs signs.' : '';
    throw new OperationError('refused', `${name} has no second value: nothing is being rotated.${also}`);
  }
  return {
    removed: older.map((value) => value.slice(-4)),
    ofWebhook: ofWebhook.length,
    apply: () => setSecret(installation, name, [newest, ...ofWebhook].join(',')),
  };
};

/** How the value starts that ElevenLabs gives to a webhook. */
const webhookPrefix = 'wsec_';

/** Returns the live values, newest first: those of senders, and those of webhooks, which ElevenLabs made. */
const valuesByUse = async (
  installation: Installation,
  name: string,
): Promise<Readonly<Record<'others' | 'ofWebhook', readonly string[]>>> => {
  const values = await liveValues(installation, name);
  const isOfWebhooks = name === 'ElevenLabsWebhookSecret';
  const made = isOfWebhooks ? (await readRecord(installation))?.webhook?.digest : undefined;
  const isOfWebhook = (value: string): boolean =>
    isOfWebhooks && (value.startsWith(webhookPrefix) || digestOf(value) === made);
  // A webhook's value that is alone is also the senders' value.
  if (values.length < 2) return { others: values, ofWebhook: [] };
  return { others: values.filter((value) => !isOfWebhook(value)), ofWebhook: values.filter(isOfWebhook) };
};
