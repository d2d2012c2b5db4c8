import type { Transition } from '../platform/transition';
import { type Caller, isVoidFor, type StoredSample } from './caller';
import { type Offer, reusableVoice } from './caller-clone';

/** A conversation that starts with the caller. */
export interface CallerCall {
  readonly conversationId: string;
  readonly agentId: string;
  /** Unix seconds. */
  readonly startedAtS: number;
  /** The caller's name, if the request has one. */
  readonly name?: string | undefined;
  /** Unix seconds at which the request was signed. A later erasure makes it void. */
  readonly signedAtS: number;
  /** Unix seconds after which the caller's item may expire. */
  readonly expiresAtS: number;
}

/** What Precall remembers for the caller's next call. */
export interface Remembered {
  /** The name for greetings in calls that start outside Precall. */
  readonly name: string | undefined;
  /** Samples for the next call's voice. Empty if samples are not kept after the call. */
  readonly samples: readonly StoredSample[];
}

/** An enrolment. Precall keeps its samples until they expire or are erased. */
export interface Enrolment {
  readonly name: string | undefined;
  readonly samples: readonly StoredSample[];
  /** Unix seconds. */
  readonly signedAtS: number;
  readonly expiresAtS: number;
}

/**
 * Returns the change to the caller's item, whatever its state. Returns undefined if an erasure, a withdrawal or newer
 * data makes the change void.
 */
export type CallerChange = (caller: Caller | undefined) => Transition | undefined;

interface Validity {
  /** Unix seconds at which the new data was signed or became known. A later erasure makes it void. */
  readonly sinceS: number;
  readonly nowS: number;
  /** The item is kept at least until this time, in unix seconds. */
  readonly expiresAtS: number;
}

const nothingKnown = {
  name: undefined,
  named_by: undefined,
  enrolled: undefined,
  enrolled_at: undefined,
  recent: undefined,
  reusable: undefined,
  clone: undefined,
  consent: undefined,
  calls: {},
};

/**
 * Builds a change of a caller's item. Never shortens how long the item is kept. Replaces an expired item except its
 * erasure mark, because the number may now belong to another person.
 */
const changing = (
  region: string,
  { sinceS, nowS, expiresAtS }: Validity,
  fields: Transition['to'],
  calls?: Caller['calls'],
): CallerChange => {
  const fresh = { ...nothingKnown, ...fields, ...(calls !== undefined && { calls }), expires_at: expiresAtS };
  const added = Object.fromEntries(Object.entries(calls ?? {}).map(([id, call]) => [`calls.${id}`, call]));
  return (caller) => {
    if (caller === undefined) return { region, from: { pk: 'absent' }, to: fresh };
    if (isVoidFor(caller, sinceS)) return undefined;
    const { erased_at, expires_at } = caller;
    const from: Transition['from'] = { erased_at: erased_at === undefined ? 'absent' : { is: erased_at } };
    if (expires_at <= nowS) return { region, from: { ...from, expires_at: { is: expires_at } }, to: fresh };
    const kept = expires_at < expiresAtS ? { expires_at: expiresAtS } : {};
    return { region, from: { ...from, pk: 'present' }, to: { ...fields, ...added, ...kept } };
  };
};

/**
 * Adds the conversation to the caller, so that an end event without its id can be matched. Sets the name of a caller
 * without one, so that most pre-calls change their caller once.
 */
export const startCall = (
  { conversationId, agentId, startedAtS, name, signedAtS, expiresAtS }: CallerCall,
  nowS: number,
): CallerChange => {
  const validity = { sinceS: signedAtS, nowS, expiresAtS };
  const calls = { [conversationId]: { agent_id: agentId, started_at: startedAtS } };
  const begun = changing('calls', validity, {}, calls);
  const named = changing('calls', validity, { name, named_by: conversationId }, calls);
  return (caller) => {
    const isKnown = caller !== undefined && caller.expires_at > nowS;
    if (name === undefined || (isKnown && caller.name !== undefined)) return begun(caller);
    const written = named(caller);
    return written === undefined || !isKnown ? written : { ...written, from: { ...written.from, name: 'absent' } };
  };
};

/**
 * Removes the conversation from the caller. With `startedAtS` (unix seconds), removes it only if it began then, so that
 * a pre-call sent again later for the same conversation stays.
 */
export const endCall = (conversationId: string, startedAtS?: number): Transition => ({
  region: 'calls',
  from:
    startedAtS === undefined
      ? { [`calls.${conversationId}`]: 'present' }
      : { [`calls.${conversationId}.started_at`]: { is: startedAtS } },
  to: { [`calls.${conversationId}`]: undefined },
});

/**
 * Removes a conversation whose pre-call failed, together with the name that this pre-call set. Its conditions do not
 * hold for a caller who had a name already.
 */
export const takeBackCall = (conversationId: string, startedAtS?: number): Transition => {
  const { region, from, to } = endCall(conversationId, startedAtS);
  return {
    region,
    from: { ...from, named_by: { is: conversationId } },
    to: { ...to, name: undefined, named_by: undefined },
  };
};

/** Stores the given name, samples and voice for the caller's next call. */
export const remember = (
  { name, samples, offer }: Remembered & { readonly offer: Offer | undefined },
  validity: Validity,
): CallerChange =>
  changing('remembered', validity, {
    ...(name !== undefined && { name, named_by: undefined }),
    ...(samples.length > 0 && { recent: samples }),
    ...(offer !== undefined && { reusable: reusableVoice(offer) }),
  });

/** Returns whether a caller's item already has all that `remember` would store. */
export const isRemembered = (
  { name, samples, offer }: Parameters<typeof remember>[0],
  caller: Caller | undefined,
): boolean => offer === undefined && samples.length === 0 && (name === undefined || caller?.name === name);

/** Stops offering a voice that no longer exists. */
export const withdrawOffer = (voiceId: string): Transition => ({
  region: 'remembered',
  from: { 'reusable.voice_id': { is: voiceId } },
  to: { reusable: undefined },
});

/** Stores the enrolment samples, unless newer ones are stored. */
export const recordEnrolment = ({ name, samples, signedAtS, expiresAtS }: Enrolment, nowS: number): CallerChange => {
  const enrolled = changing(
    'enrolled',
    { sinceS: signedAtS, nowS, expiresAtS },
    { enrolled: samples, name, named_by: undefined, enrolled_at: signedAtS },
  );
  return (caller) => {
    const isOlder = caller !== undefined && caller.expires_at > nowS && (caller.enrolled_at ?? 0) > signedAtS;
    const written = isOlder ? undefined : enrolled(caller);
    const unchanged: Transition['from'] = {
      enrolled_at: caller?.enrolled_at === undefined ? 'absent' : { is: caller.enrolled_at },
    };
    return written === undefined ? undefined : { ...written, from: { ...written.from, ...unchanged } };
  };
};

/** A consent from a request. */
interface GivenConsent {
  readonly textVersion: string;
  /** Unix seconds. */
  readonly signedAtS: number;
  readonly expiresAtS: number;
}

const unchangedConsent = (caller: Caller | undefined): Transition['from'] => ({
  'consent.signed_at': caller?.consent === undefined ? 'absent' : { is: caller.consent.signed_at },
});

/** Stores a consent, unless a newer one or a later withdrawal is stored. Ends a withdrawal's longer retention. */
export const giveConsent = ({ textVersion, signedAtS, expiresAtS }: GivenConsent, nowS: number): CallerChange => {
  const consent = { state: 'given', text_version: textVersion, signed_at: signedAtS };
  const given = changing('consent', { sinceS: signedAtS, nowS, expiresAtS }, { consent });
  return (caller) => {
    if (caller !== undefined && caller.expires_at > nowS && (caller.consent?.signed_at ?? 0) > signedAtS)
      return undefined;
    const written = given(caller);
    if (written === undefined || caller === undefined) return written;
    const shortened = caller.consent?.state === 'withdrawn' ? { expires_at: expiresAtS } : {};
    return { ...written, from: { ...written.from, ...unchangedConsent(caller) }, to: { ...written.to, ...shortened } };
  };
};

/**
 * Removes the samples, voice and name, and stores the withdrawal, unless a later consent is stored. Current calls stay
 * until they end.
 */
export const recordWithdrawal = (signedAtS: number, expiresAtS: number): CallerChange => {
  const consent = { state: 'withdrawn', signed_at: signedAtS };
  const { calls, ...gone } = nothingKnown;
  return (caller) => {
    if (caller === undefined)
      return { region: 'consent', from: { pk: 'absent' }, to: { calls, consent, expires_at: expiresAtS } };
    if ((caller.consent?.signed_at ?? 0) > signedAtS) return undefined;
    return {
      region: 'consent',
      from: { pk: 'present', ...unchangedConsent(caller) },
      to: { ...gone, consent, expires_at: Math.max(expiresAtS, caller.expires_at) },
    };
  };
};
