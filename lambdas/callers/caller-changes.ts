import type { Transition } from '../platform/transition';
import { type Caller, isVoidFor, type StoredSample } from './caller';
import { type Offer, reusableVoice } from './caller-clone';

/** A conversation that a caller begins. */
export interface CallerCall {
  readonly conversationId: string;
  readonly agentId: string;
  /** Unix seconds. */
  readonly startedAtS: number;
  /** When its request was signed, in unix seconds: an erasure after that makes it void. */
  readonly signedAtS: number;
  /** When the caller's item may go, in unix seconds. */
  readonly expiresAtS: number;
}

/** What the caller's next call is prepared with. */
export interface Remembered {
  /** How the caller is greeted in calls that start elsewhere. */
  readonly name: string | undefined;
  /** Of what a voice is made for them; empty where nothing is kept beyond the call. */
  readonly samples: readonly StoredSample[];
}

/** Samples that a caller is known by until erased. */
export interface Enrolment {
  readonly name: string | undefined;
  readonly samples: readonly StoredSample[];
  /** Unix seconds. */
  readonly signedAtS: number;
  readonly expiresAtS: number;
}

/**
 * A change of a caller's item, for any state in which it is found; undefined where an erasure, a withdrawal or
 * something newer made it void.
 */
export type CallerChange = (seen: Caller | undefined) => Transition | undefined;

interface Validity {
  /** When what is written was signed or known; an erasure after that makes it void. Unix seconds, as are the others. */
  readonly sinceS: number;
  readonly nowS: number;
  /** Until when the item is kept at least. */
  readonly expiresAtS: number;
}

const nothingKnown = {
  name: undefined,
  enrolled: undefined,
  enrolled_at: undefined,
  recent: undefined,
  reusable: undefined,
  clone: undefined,
  consent: undefined,
  calls: {},
};

/**
 * An item that is kept for longer stays so. An expired item is replaced, except for its erasure mark: its number may be
 * another person's by now.
 */
const changing = (
  region: string,
  { sinceS, nowS, expiresAtS }: Validity,
  fields: Transition['to'],
  calls?: Caller['calls'],
): CallerChange => {
  const fresh = { ...nothingKnown, ...fields, ...(calls !== undefined && { calls }), expires_at: expiresAtS };
  const added = Object.fromEntries(Object.entries(calls ?? {}).map(([id, call]) => [`calls.${id}`, call]));
  return (seen) => {
    if (seen === undefined) return { region, from: { pk: 'absent' }, to: fresh };
    if (isVoidFor(seen, sinceS)) return undefined;
    const { erased_at, expires_at } = seen;
    const from: Transition['from'] = { erased_at: erased_at === undefined ? 'absent' : { is: erased_at } };
    if (expires_at <= nowS) return { region, from: { ...from, expires_at: { is: expires_at } }, to: fresh };
    const kept = expires_at < expiresAtS ? { expires_at: expiresAtS } : {};
    return { region, from: { ...from, pk: 'present' }, to: { ...fields, ...added, ...kept } };
  };
};

/** The caller has this conversation, so that an end without its id finds it. */
export const startCall = (
  { conversationId, agentId, startedAtS, signedAtS, expiresAtS }: CallerCall,
  nowS: number,
): CallerChange =>
  changing(
    'calls',
    { sinceS: signedAtS, nowS, expiresAtS },
    {},
    { [conversationId]: { agent_id: agentId, started_at: startedAtS } },
  );

/**
 * The caller does not have this conversation any more. With `startedAtS` (unix seconds), only as far as it was begun
 * then: a later attempt of its pre-call stays.
 */
export const endCall = (conversationId: string, startedAtS?: number): Transition => ({
  region: 'calls',
  from:
    startedAtS === undefined
      ? { [`calls.${conversationId}`]: 'present' }
      : { [`calls.${conversationId}.started_at`]: { is: startedAtS } },
  to: { [`calls.${conversationId}`]: undefined },
});

/** What the caller's next call is prepared with: name, samples and voice, as far as there are any. */
export const remember = (
  { name, samples, offer }: Remembered & { readonly offer: Offer | undefined },
  validity: Validity,
): CallerChange =>
  changing('remembered', validity, {
    ...(name !== undefined && { name }),
    ...(samples.length > 0 && { recent: samples }),
    ...(offer !== undefined && { reusable: reusableVoice(offer) }),
  });

/** A voice that does not exist any more is not offered. */
export const withdrawOffer = (voiceId: string): Transition => ({
  region: 'remembered',
  from: { 'reusable.voice_id': { is: voiceId } },
  to: { reusable: undefined },
});

/** Sets the samples that were given for good, unless newer ones were. */
export const enrol = ({ name, samples, signedAtS, expiresAtS }: Enrolment, nowS: number): CallerChange => {
  const enrolled = changing(
    'enrolled',
    { sinceS: signedAtS, nowS, expiresAtS },
    { enrolled: samples, name, enrolled_at: signedAtS },
  );
  return (seen) => {
    const isOlder = seen !== undefined && seen.expires_at > nowS && (seen.enrolled_at ?? 0) > signedAtS;
    const written = isOlder ? undefined : enrolled(seen);
    const unchanged: Transition['from'] = {
      enrolled_at: seen?.enrolled_at === undefined ? 'absent' : { is: seen.enrolled_at },
    };
    return written === undefined ? undefined : { ...written, from: { ...written.from, ...unchanged } };
  };
};

/** A consent that a request reported. */
interface GivenConsent {
  readonly textVersion: string;
  /** Unix seconds. */
  readonly signedAtS: number;
  readonly expiresAtS: number;
}

const unchangedConsent = (seen: Caller | undefined): Transition['from'] => ({
  'consent.signed_at': seen?.consent === undefined ? 'absent' : { is: seen.consent.signed_at },
});

/** Notes a consent, unless a newer one or a later withdrawal is known. A mark of a withdrawal is no longer kept. */
export const giveConsent = ({ textVersion, signedAtS, expiresAtS }: GivenConsent, nowS: number): CallerChange => {
  const consent = { state: 'given', text_version: textVersion, signed_at: signedAtS };
  const given = changing('consent', { sinceS: signedAtS, nowS, expiresAtS }, { consent });
  return (seen) => {
    if (seen !== undefined && seen.expires_at > nowS && (seen.consent?.signed_at ?? 0) > signedAtS) return undefined;
    const written = given(seen);
    if (written === undefined || seen === undefined) return written;
    const shortened = seen.consent?.state === 'withdrawn' ? { expires_at: expiresAtS } : {};
    return { ...written, from: { ...written.from, ...unchangedConsent(seen) }, to: { ...written.to, ...shortened } };
  };
};

/**
 * Takes everything away that a voice is made of, and notes the withdrawal, unless a later consent is known. The calls
 * that are under way stay until their ends.
 */
export const withdrawConsent = (signedAtS: number, expiresAtS: number): CallerChange => {
  const consent = { state: 'withdrawn', signed_at: signedAtS };
  const { calls, ...gone } = nothingKnown;
  return (seen) => {
    if (seen === undefined)
      return { region: 'consent', from: { pk: 'absent' }, to: { calls, consent, expires_at: expiresAtS } };
    if ((seen.consent?.signed_at ?? 0) > signedAtS) return undefined;
    return {
      region: 'consent',
      from: { pk: 'present', ...unchangedConsent(seen) },
      to: { ...gone, consent, expires_at: Math.max(expiresAtS, seen.expires_at) },
    };
  };
};
