import { signatureHeader } from '../lambdas/platform/signature';
import type { JsonObject } from './read-input';

/** The sender, which determines the secret: its name in the settings and in an installation. */
export type Sender = 'elevenlabs' | 'flat' | 'threecx' | 'initiation';

/** A kind of request that the service accepts. */
export interface EventKind {
  readonly about: string;
  readonly path: string;
  readonly sender: Sender;
  /** The kind's sample in events/payloads. */
  readonly sample: string;
  readonly matches: (event: JsonObject) => boolean;
}

const ofType =
  (...types: readonly string[]) =>
  ({ type }: JsonObject): boolean =>
    typeof type === 'string' && types.includes(type);

const postCall = { path: '/webhook/postcall', sender: 'elevenlabs' } as const;
const callers = { sender: 'elevenlabs' } as const;

/** Every kind, by the name that `precall trigger` uses. The first kind that matches an event applies. */
export const eventKinds = {
  precall: {
    about: 'a pre-call with the bundled recording',
    path: '/webhook/precall',
    sender: 'elevenlabs',
    sample: 'precall.json',
    matches: ofType('pre_call'),
  },
  upload: {
    about: 'a request for a form to upload a recording with',
    path: '/uploads',
    sender: 'elevenlabs',
    sample: 'upload.json',
    matches: ofType('upload_request'),
  },
  transcription: {
    ...postCall,
    about: 'the end of a call, with its transcript',
    sample: 'postcall-transcription.json',
    matches: ofType('post_call_transcription'),
  },
  audio: {
    ...postCall,
    about: 'the recording of a call',
    sample: 'postcall-audio.json',
    matches: ofType('post_call_audio'),
  },
  failure: {
    ...postCall,
    about: 'a call over Twilio that was not connected',
    sample: 'postcall-failure-twilio.json',
    matches: ofType('call_initiation_failure'),
  },
  'failure-sip': {
    ...postCall,
    about: 'a call over SIP that was not connected',
    sample: 'postcall-failure-sip.json',
    matches: () => false,
  },
  flat: {
    about: 'the end of a call in the flat form',
    path: '/webhook/postcall',
    sender: 'flat',
    sample: 'postcall-flat.json',
    matches: ({ type, call_id, event_type, caller_id }) =>
      type == null && event_type === undefined && caller_id === undefined && call_id !== undefined,
  },
  threecx: {
    about: 'an incoming call at 3CX',
    path: '/webhook/3cx',
    sender: 'threecx',
    sample: 'threecx.json',
    matches: ({ event_type }) => event_type !== undefined,
  },
  initiation: {
    about: "ElevenLabs' question when a call starts",
    path: '/webhook/initiation',
    sender: 'initiation',
    sample: 'initiation.json',
    matches: ({ type, caller_id }) => type == null && caller_id !== undefined,
  },
  enrolment: {
    ...callers,
    about: "a caller's recordings, given for good",
    path: '/callers',
    sample: 'caller-enrol.json',
    matches: ofType('caller_enrol'),
  },
  erasure: {
    ...callers,
    about: 'a request to erase a caller',
    path: '/callers/erase',
    sample: 'caller-erase.json',
    matches: ofType('caller_erase'),
  },
  'erasure-status': {
    ...callers,
    about: 'the status of an erasure',
    path: '/callers/erasure',
    sample: 'caller-erasure-status.json',
    matches: ofType('erasure_status'),
  },
  withdrawal: {
    ...callers,
    about: "the withdrawal of a caller's consent",
    path: '/callers/withdraw',
    sample: 'caller-withdraw.json',
    matches: ofType('caller_withdraw'),
  },
  export: {
    ...callers,
    about: 'a request for everything that is held of a caller',
    path: '/callers/export',
    sample: 'caller-export.json',
    matches: ofType('caller_export'),
  },
  'export-status': {
    ...callers,
    about: 'the status of an export',
    path: '/callers/export/status',
    sample: 'caller-export-status.json',
    matches: ofType('export_status'),
  },
  'setup-check': {
    ...callers,
    about: "a check of ElevenLabs' side",
    path: '/setup/check',
    sample: 'setup-check.json',
    matches: ofType('setup_check'),
  },
  unknown: {
    ...postCall,
    about: 'an event of ElevenLabs of a type that Precall does not know',
    sample: 'postcall-unknown.json',
    matches: ({ type, data }) => typeof type === 'string' && data !== undefined,
  },
} as const satisfies Readonly<Record<string, EventKind>>;

/** The name of a kind. */
export type KindName = keyof typeof eventKinds;

/** Returns the kind of an event, or undefined if the service accepts no such event. */
export const kindOf = (event: JsonObject): KindName | undefined => {
  const named = Object.entries(eventKinds).find(([, { matches }]) => matches(event))?.[0];
  return kindNames.find((name) => name === named);
};

/** The names of all kinds, in the order of the table. */
export const kindNames: readonly KindName[] = [
  'precall',
  'upload',
  'transcription',
  'audio',
  'failure',
  'failure-sip',
  'flat',
  'threecx',
  'initiation',
  'enrolment',
  'erasure',
  'erasure-status',
  'withdrawal',
  'export',
  'export-status',
  'setup-check',
  'unknown',
];

/** Returns the header with which a sender proves itself for these bytes. */
export const proofHeader = (
  sender: Sender,
  body: Buffer,
  { secret, nowS }: { readonly secret: string; readonly nowS: number },
): { readonly name: string; readonly value: string } => {
  if (sender === 'initiation') return { name: 'X-Precall-Secret', value: secret };
  const name = sender === 'threecx' ? 'X-Signature' : 'ElevenLabs-Signature';
  return { name, value: signatureHeader([body], secret, nowS) };
};

/** Returns the headers that the sender of a kind sends with these bytes, or invalid ones with `isInvalid`. */
export const senderHeaders = (
  sender: Sender,
  body: Buffer,
  { secret, isInvalid, nowS }: { readonly secret: string; readonly isInvalid: boolean; readonly nowS: number },
): Record<string, string> => {
  const { name, value } = proofHeader(sender, body, { secret: isInvalid ? `${secret}_wrong` : secret, nowS });
  return { 'Content-Type': 'application/json', [name]: value };
};
