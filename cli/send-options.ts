import type { Endpoints } from './endpoints';
import { parseFlags } from './flags';
import { type Consent, consentNow } from './pre-call-event';
import type { Surroundings } from './surroundings';
import { findTarget, type Target } from './target';
import { readTimeoutS } from './timeout';
import { WrongUse } from './wrong-use';

const flags = {
  sample: { type: 'string', multiple: true },
  name: { type: 'string' },
  number: { type: 'string' },
  consent: { type: 'string' },
  'agent-id': { type: 'string' },
  'conversation-id': { type: 'string' },
  url: { type: 'string' },
  secret: { type: 'string' },
  stage: { type: 'string' },
  profile: { type: 'string' },
  region: { type: 'string' },
  port: { type: 'string' },
  multipart: { type: 'boolean' },
  'form-signature': { type: 'boolean' },
  'via-upload': { type: 'boolean' },
  invalid: { type: 'boolean' },
  health: { type: 'boolean' },
  json: { type: 'boolean' },
  timeout: { type: 'string', default: '30' },
} as const;

/** How the samples are sent: in JSON, in a form (signed in its header or in its own field), or uploaded beforehand. */
export type Way = 'json' | 'form' | 'signed-form' | 'upload';

/** The options of `precall send`. */
export interface SendOptions {
  readonly isHealth: boolean;
  readonly payloadPath: string | undefined;
  readonly samplePaths: readonly string[];
  readonly name: string | undefined;
  readonly number: string | undefined;
  readonly agentId: string | undefined;
  readonly conversationId: string | undefined;
  readonly consent: Consent | undefined;
  readonly endpoints: Endpoints;
  readonly target: Target;
  /** The secret to sign with. It is a wrong one if the signature is meant to be invalid. */
  readonly secret: string;
  readonly way: Way;
  /** Whether to sign wrongly on purpose and expect 401. */
  readonly isInvalid: boolean;
  readonly isJson: boolean;
  /** Time limit of each request, above 0 and at most 3600. */
  readonly timeoutS: number;
}

/** Parses the arguments of `precall send`. Throws WrongUse if flags are unknown, lack a value or exclude each other. */
export const readSendOptions = async (args: readonly string[], env: Surroundings['env']): Promise<SendOptions> => {
  const { values, positionals } = parseFlags(args, flags);
  const [payloadPath, extra] = positionals;
  if (extra !== undefined) throw new WrongUse(`Send one payload at a time. Remove ${extra}.`);
  const { sample: samplePaths = [], health: isHealth = false, invalid: isInvalid = false } = values;
  if (isHealth) refuseBesideHealth(values, payloadPath);
  else if (payloadPath === undefined && samplePaths.length === 0 && !isInvalid)
    throw new WrongUse('Nothing to send. Pass a payload file, or a recording with --sample.');
  const timeoutS = readTimeoutS(values.timeout);
  const way = wayOf(values);
  const target = await findTarget(values, env);
  return {
    isHealth,
    payloadPath,
    samplePaths,
    name: values.name,
    number: values.number,
    consent: consentNow(values.consent),
    agentId: values['agent-id'],
    conversationId: values['conversation-id'],
    endpoints: target.endpoints,
    target,
    secret: isHealth ? '' : (await target.secretOf('elevenlabs')) + (isInvalid ? '_wrong' : ''),
    way,
    isInvalid,
    isJson: values.json ?? false,
    timeoutS,
  };
};

const besideHealth = new Set(['health', 'url', 'secret', 'stage', 'profile', 'region', 'port', 'json', 'timeout']);

const refuseBesideHealth = (values: object, payloadPath: string | undefined): void => {
  const flag = Object.keys(values).find((name) => !besideHealth.has(name));
  const beside = flag === undefined ? payloadPath : `--${flag}`;
  if (beside !== undefined)
    throw new WrongUse(`--health cannot be combined with ${beside}, because it sends no event.`);
};

const wayOf = (values: { multipart?: boolean; 'form-signature'?: boolean; 'via-upload'?: boolean }): Way => {
  const form = values['form-signature'] ? '--form-signature' : values.multipart ? '--multipart' : undefined;
  if (!values['via-upload']) return values['form-signature'] ? 'signed-form' : values.multipart ? 'form' : 'json';
  if (form === undefined) return 'upload';
  throw new WrongUse(`--via-upload cannot be combined with ${form}, because it uploads the sample first.`);
};
