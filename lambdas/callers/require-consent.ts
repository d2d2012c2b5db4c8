import { createHash } from 'node:crypto';
import type { Callers } from '../ledger/callers';
import type { Consents } from '../ledger/consents';
import { ServiceError } from '../platform/errors';
import type { Log } from '../platform/log';
import type { Meter } from '../platform/metrics';
import type { Caller } from './caller';
import { giveConsent } from './caller-changes';
import {
  type CallerConsent,
  type Consent,
  type ConsentTerms,
  type ConsentVerdict,
  isNewer,
  isRefused,
  judgeConsent,
  newestConsent,
} from './consent';

/** Dependencies of the consent check. */
export interface ConsentDeps {
  readonly consents: Pick<Consents, 'record'>;
  readonly callers: Pick<Callers, 'change'>;
  readonly consentTerms: ConsentTerms;
  readonly nowMs: () => number;
  readonly log: Log;
  readonly meter: Meter;
}

/** A request that needs a person's consent. */
export interface ConsentRequest {
  /** Undefined if the number is not valid. */
  readonly callerHash: string | undefined;
  readonly caller: Caller | undefined;
  /** The consents of the same caller under older values of the hash key. */
  readonly olderConsents: readonly (CallerConsent | undefined)[];
  readonly consent: Consent | undefined;
  /** Unix seconds. */
  readonly signedAtS: number;
  /** Unix seconds after which the caller's item may expire. */
  readonly expiresAtS: number;
  readonly conversationId?: string;
}

/**
 * Checks that a request has the consent that the installation requires. Stores the evidence of a reported consent
 * before anything else is stored. Throws 403 `CONSENT_MISSING` without consent, and 503 if AWS fails.
 */
export const requireConsent = async (request: ConsentRequest, deps: ConsentDeps): Promise<ConsentVerdict> => {
  const { consentTerms, log, meter } = deps;
  const { callerHash, caller, consent, signedAtS } = request;
  const known = newestConsent([caller?.consent, ...request.olderConsents]);
  const verdict = judgeConsent(known, consent, signedAtS, consentTerms);
  if (isRefused(verdict, consentTerms)) {
    log.warn('consent_refused', { reason: verdict });
    meter.countBy('ConsentRefusals', 'Reason', verdict);
    throw consentMissing(verdict, consentTerms, request.conversationId);
  }
  if (verdict !== 'given' && consentTerms.mode === 'warn') {
    log.warn('consent_not_given', { reason: verdict });
    meter.countBy('ConsentWarnings', 'Reason', verdict);
  }
  if (!isNewer(known, consent, signedAtS)) {
    if (known !== caller?.consent) await carryOver(known, request, deps);
    return verdict;
  }
  const subject =
    callerHash ??
    createHash('sha256')
      .update(request.conversationId ?? '')
      .digest('hex');
  await deps.consents.record({
    subject,
    callerHash,
    conversationId: request.conversationId,
    state: 'given',
    signedAtS,
    consent: { ...consent, given_by: consent.given_by ?? undefined },
  });
  if (callerHash === undefined) return verdict;
  const nowS = Math.floor(deps.nowMs() / 1000);
  const change = giveConsent({ textVersion: consent.text_version, signedAtS, expiresAtS: request.expiresAtS }, nowS);
  // False if a later withdrawal or erasure arrived, which then refuses the next write.
  await deps.callers.change(callerHash, change, caller);
  return verdict;
};

/** Stores a consent that is known under an older hash key under the newest one too, where starting calls look first. */
const carryOver = async (
  known: CallerConsent | undefined,
  { callerHash, caller, expiresAtS }: ConsentRequest,
  { callers, nowMs }: ConsentDeps,
): Promise<void> => {
  if (callerHash === undefined || known?.text_version === undefined) return;
  const given = { textVersion: known.text_version, signedAtS: known.signed_at, expiresAtS };
  await callers.change(callerHash, giveConsent(given, Math.floor(nowMs() / 1000)), caller);
};

/** Returns the 403 error for a caller without the required consent. */
export const consentMissing = (
  verdict: ConsentVerdict,
  { textVersion }: ConsentTerms,
  conversationId?: string,
): ServiceError => {
  const why: Record<ConsentVerdict, string> = {
    given: 'The consent cannot be used.',
    missing: 'The request has no consent, and none is known of this caller.',
    other_version: `The consent is for another text version than ${textVersion ?? 'the current one'}.`,
    withdrawn: 'The caller has withdrawn the consent.',
  };
  return new ServiceError({
    code: 'CONSENT_MISSING',
    message: `${why[verdict]} Ask the caller, then send consent {given_at, text_version, source, given_by}.`,
    conversationId,
  });
};
