import { cachedVoice } from '../callers/caller';
import { atMost } from '../platform/deadline';
import type { Log } from '../platform/log';
import { cachedVoiceFor, type CachedVoiceDeps } from '../voices/cached-voice';
import { consenting, type InitiationTerms, type InitiationView, knownCaller, type KnownCaller } from './initiation';

/** What a cached voice is extended with when a call starts. */
interface LongerVoiceDeps extends CachedVoiceDeps {
  readonly terms: InitiationTerms;
  readonly log: Log;
}

/**
 * Keeps the cached voice that the call would get, if it lives, but not through the longest call. If the ledger does not
 * confirm that within so many milliseconds, the call goes on without the voice. Never throws.
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

/** The caller whose cached voice a call would get if it lived for longer; undefined where there is none. */
const voiceToExtend = (view: InitiationView, terms: InitiationTerms, nowS: number): KnownCaller | undefined => {
  if (view.prepared !== undefined || !terms.servesCached || view.setup?.overrides.voice !== true) return undefined;
  const known = consenting(knownCaller(view.callers), terms);
  const lives = (forS: number): boolean => known !== undefined && cachedVoice(known.caller, nowS + forS) !== undefined;
  return lives(0) && !lives(terms.longestCallS) ? known : undefined;
};

/** The view once the voice of this caller was extended to `untilS` (unix seconds). */
const withVoiceUntil = (view: InitiationView, { hash }: KnownCaller, untilS: number): InitiationView => ({
  ...view,
  callers: view.callers.map((known) => {
    const { reusable } = known.caller;
    if (known.hash !== hash || reusable === undefined) return known;
    return { ...known, caller: { ...known.caller, reusable: { ...reusable, valid_until: untilS } } };
  }),
});
