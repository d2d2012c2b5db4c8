import { cachedVoice } from '../callers/caller';
import { atMost } from '../platform/deadline';
import type { Log } from '../platform/log';
import { cachedVoiceFor, type CachedVoiceDeps } from '../voices/cached-voice';
import { consenting, type InitiationTerms, type InitiationView, knownCaller, type KnownCaller } from './initiation';

/** Dependencies for extending a cached voice when a call starts. */
interface LongerVoiceDeps extends CachedVoiceDeps {
  readonly terms: InitiationTerms;
  readonly log: Log;
}

/**
 * Extends the cached voice that the call would get, if it is live but expires before the longest call ends. If the
 * ledger does not confirm that within `withinMs`, the call continues without the voice. Never throws.
 */
export const withLongerVoice = async (
  view: InitiationView,
  nowS: number,
  withinMs: number,
  deps: LongerVoiceDeps,
): Promise<InitiationView> => {
  const { longestCallS } = deps.terms;
  const known = voiceToExtend(view, deps.terms, nowS);
  if (known === undefined) return view;
  const read = { callerHash: known.hash, caller: known.caller, nowS };
  const voiceId = await atMost(withinMs, cachedVoiceFor(read, longestCallS, deps)).catch((error: unknown) => {
    deps.log.error('voice_not_extended', error);
    return undefined;
  });
  return voiceId === undefined ? view : withVoiceUntil(view, known, nowS + longestCallS);
};

/** Returns the caller whose cached voice must be extended for the call; undefined if there is none. */
const voiceToExtend = (view: InitiationView, terms: InitiationTerms, nowS: number): KnownCaller | undefined => {
  if (view.prepared !== undefined || !terms.servesCached || view.setup?.overrides.voice !== true) return undefined;
  const known = consenting(knownCaller(view.callers), terms);
  if (known === undefined) return undefined;
  const isLive = cachedVoice(known.caller, nowS) !== undefined;
  const isLongEnough = cachedVoice(known.caller, nowS + terms.longestCallS) !== undefined;
  return isLive && !isLongEnough ? known : undefined;
};

/** Returns the view with this caller's voice extended to `untilS` (unix seconds). */
const withVoiceUntil = (view: InitiationView, { hash }: KnownCaller, untilS: number): InitiationView => ({
  ...view,
  callers: view.callers.map((known) => {
    const { reusable } = known.caller;
    if (known.hash !== hash || reusable === undefined) return known;
    return { ...known, caller: { ...known.caller, reusable: { ...reusable, valid_until: untilS } } };
  }),
});
