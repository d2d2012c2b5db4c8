import * as z from 'zod';
import { timestamp } from '../calls/json-fields';
import { shortText } from '../platform/short-text';

/** A person's consent to a clone of their voice, as a sender reports it in a pre-call or an enrolment. */
export const consentField = z.object({
  /** When the person agreed; unix seconds. */
  given_at: timestamp,
  /** Which text the person agreed to. */
  text_version: z.string().trim().min(1).max(64),
  /** How the person agreed: `ivr`, `web`, `paper`, or any word of the sender. */
  source: z.string().trim().min(1).max(64),
  /** Who asked, or who agreed for the person. */
  given_by: shortText.nullish(),
});

/** A consent that a sender reports. */
export type Consent = z.infer<typeof consentField>;

/** What a caller's item says of consent: the newest by signing time. */
export const callerConsent = z.object({
  state: z.enum(['given', 'withdrawn']),
  text_version: z.string().optional(),
  /** Unix seconds: when the request was signed that gave or withdrew it. */
  signed_at: z.number(),
});

/** The consent of a caller as the ledger has it. */
export type CallerConsent = z.infer<typeof callerConsent>;

/** What an installation demands. */
export interface ConsentTerms {
  /** `off`: nothing; `warn`: a missing consent is logged and counted; `on`: without it nothing is stored or cloned. */
  readonly mode: 'off' | 'warn' | 'on';
  /** The only text version that counts; undefined: any. */
  readonly textVersion: string | undefined;
}

/** What is to be said of a caller's consent. */
export type ConsentVerdict = 'given' | 'missing' | 'other_version' | 'withdrawn';

/** The consent terms, in a function's environment. */
export const consentPart = {
  variables: { REQUIRE_CONSENT: z.enum(['off', 'warn', 'on']), CONSENT_TEXT_VERSION: z.string() },
  build: (env: {
    readonly REQUIRE_CONSENT: ConsentTerms['mode'];
    readonly CONSENT_TEXT_VERSION: string;
  }): ConsentTerms => ({
    mode: env.REQUIRE_CONSENT,
    textVersion: env.CONSENT_TEXT_VERSION === '' ? undefined : env.CONSENT_TEXT_VERSION,
  }),
};

/**
 * Judges the newer of two consents, by signing time: the one that the ledger knows, and the one that a request reports.
 * A withdrawal that was signed in the same second wins.
 */
export const judgeConsent = (
  known: CallerConsent | undefined,
  reported: Consent | undefined,
  signedAtS: number,
  { textVersion }: ConsentTerms,
): ConsentVerdict => {
  const newest = isNewer(known, reported, signedAtS) ? { state: 'given' as const, ...reported } : known;
  if (newest === undefined) return 'missing';
  if (newest.state === 'withdrawn') return 'withdrawn';
  return textVersion !== undefined && newest.text_version !== textVersion ? 'other_version' : 'given';
};

/** Whether a request reports a consent that replaces what the ledger knows. */
export const isNewer = (
  known: CallerConsent | undefined,
  reported: Consent | undefined,
  signedAtS: number,
): reported is Consent => {
  if (reported === undefined) return false;
  if (known === undefined || known.signed_at < signedAtS) return true;
  return known.state === 'given' && known.signed_at === signedAtS;
};

/** Whether a voice must not be cloned or used. A withdrawal counts whatever the terms demand. */
export const isRefused = (verdict: ConsentVerdict, { mode }: ConsentTerms): boolean =>
  verdict === 'withdrawn' || (mode === 'on' && verdict !== 'given');

/**
 * Whether a caller's voice may be cloned and used, by what the ledger knows. @param terms nothing is demanded without
 */
export const mayUseVoice = (
  { consent }: { readonly consent?: CallerConsent | undefined },
  terms: ConsentTerms = { mode: 'off', textVersion: undefined },
): boolean => !isRefused(judgeConsent(consent, undefined, 0, terms), terms);
