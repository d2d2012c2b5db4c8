import * as z from 'zod';
import { timestamp } from '../calls/json-fields';
import { shortText } from '../platform/short-text';

/** A person's consent to a clone of their voice, as a pre-call or an enrolment reports it. */
export const consentField = z.object({
  /** Unix seconds at which the person agreed. */
  given_at: timestamp,
  /** Version of the text that the person agreed to. */
  text_version: z.string().trim().min(1).max(64),
  /** How the person agreed: `ivr`, `web`, `paper`, or any other word. */
  source: z.string().trim().min(1).max(64),
  /** The person who asked for consent, or who agreed on the caller's behalf. */
  given_by: shortText.nullish(),
});

/** A consent that a request reports. */
export type Consent = z.infer<typeof consentField>;

/** The newest consent or withdrawal of a caller, by signing time. */
export const callerConsent = z.object({
  state: z.enum(['given', 'withdrawn']),
  text_version: z.string().optional(),
  /** Unix seconds at which the consent or withdrawal was signed. */
  signed_at: z.number(),
});

/** A caller's consent in the ledger. */
export type CallerConsent = z.infer<typeof callerConsent>;

/** The consent that an installation requires. */
export interface ConsentTerms {
  /**
   * `off`: requires no consent. `warn`: logs and counts a missing consent. `on`: stores and clones nothing without
   * consent.
   */
  readonly mode: 'off' | 'warn' | 'on';
  /** The only accepted text version. If undefined, every version is accepted. */
  readonly textVersion: string | undefined;
}

/** The result of checking a caller's consent. */
export type ConsentVerdict = 'given' | 'missing' | 'other_version' | 'withdrawn';

/** Reads the consent terms from a function's environment. */
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

/** Returns the newest of these consents and withdrawals, by signing time. A withdrawal of the same second wins. */
export const newestConsent = (consents: readonly (CallerConsent | undefined)[]): CallerConsent | undefined =>
  consents
    .filter((consent) => consent !== undefined)
    .toSorted((a, b) => b.signed_at - a.signed_at || Number(a.state === 'given') - Number(b.state === 'given'))[0];

/**
 * Checks the newer of two consents, by signing time: the one in the ledger and the one in the request. A withdrawal
 * that was signed in the same second wins.
 */
export const judgeConsent = (
  known: CallerConsent | undefined,
  reported: Consent | undefined,
  signedAtS: number,
  terms: ConsentTerms,
): ConsentVerdict => {
  if (isNewer(known, reported, signedAtS)) return judgeText(reported.text_version, terms);
  return judgeKnownConsent(known, terms);
};

const judgeKnownConsent = (known: CallerConsent | undefined, terms: ConsentTerms): ConsentVerdict => {
  if (known === undefined) return 'missing';
  return known.state === 'withdrawn' ? 'withdrawn' : judgeText(known.text_version, terms);
};

const judgeText = (agreed: string | undefined, { textVersion }: ConsentTerms): ConsentVerdict =>
  textVersion === undefined || agreed === textVersion ? 'given' : 'other_version';

/** Returns whether the request's consent is newer than the one in the ledger. */
export const isNewer = (
  known: CallerConsent | undefined,
  reported: Consent | undefined,
  signedAtS: number,
): reported is Consent => {
  if (reported === undefined) return false;
  if (known === undefined || known.signed_at < signedAtS) return true;
  return known.state === 'given' && known.signed_at === signedAtS;
};

/** Returns whether the voice must not be cloned or used. A withdrawal always counts, whatever the terms. */
export const isRefused = (verdict: ConsentVerdict, { mode }: ConsentTerms): boolean =>
  verdict === 'withdrawn' || (mode === 'on' && verdict !== 'given');

/** Returns whether a caller's voice may be cloned and used. Without terms, no consent is required. */
export const mayUseVoice = (
  { consent }: { readonly consent?: CallerConsent | undefined },
  terms: ConsentTerms = { mode: 'off', textVersion: undefined },
): boolean => !isRefused(judgeKnownConsent(consent, terms), terms);
