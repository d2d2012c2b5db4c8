import { cachedVoice, type Caller } from '../callers/caller';
import { remember } from '../callers/caller-changes';
import type { Callers } from '../ledger/callers';
import type { Voices } from '../ledger/voices';
import type { Log } from '../platform/log';
import { extend } from './voice';

/** A caller as read from the ledger. */
export interface ReadCaller {
  readonly callerHash: string;
  readonly caller: Caller;
  /** Unix seconds. */
  readonly nowS: number;
}

/** Dependencies for extending a cached voice. */
export interface CachedVoiceDeps {
  readonly voices: Pick<Voices, 'read' | 'write'>;
  readonly callers: Pick<Callers, 'change'>;
}

/**
 * Returns the caller's voice for a call without a pre-call, guaranteed to live for `forS` seconds. Extends a live voice
 * that would expire earlier. Returns undefined if there is none, or the ledger does not confirm it. Never throws.
 */
export const cachedVoiceFor = async (
  { callerHash, caller, nowS }: ReadCaller,
  forS: number,
  { log, ...deps }: CachedVoiceDeps & { readonly log: Log },
): Promise<string | undefined> =>
  cachedVoice(caller, nowS + forS) ??
  extendVoice({ callerHash, caller, nowS }, forS, deps).catch((error: unknown) => {
    log.error('voice_not_extended', error);
    return undefined;
  });

/**
 * Extends a caller's live voice to at least `keptS` seconds. Returns undefined if there is none. Throws 503 when the
 * ledger fails.
 */
export const extendVoice = async (
  { callerHash, caller, nowS }: ReadCaller,
  keptS: number,
  { voices, callers }: CachedVoiceDeps,
): Promise<string | undefined> => {
  const voiceId = cachedVoice(caller, nowS);
  const voice = voiceId === undefined ? undefined : await voices.read(voiceId);
  if (voiceId === undefined || voice === undefined || voice.state === 'deleted') return undefined;
  // A pre-call may already have extended the voice further.
  const validUntilS = Math.max(nowS + keptS, voice.expires_at);
  if (!(await voices.write(voiceId, extend({ validUntilS, retainS: Math.max(keptS, voice.retain_s) }, nowS))))
    return undefined;
  const offer = { voiceId, sampleDigest: caller.reusable?.sample_digest ?? '', validUntilS };
  const change = remember({ name: undefined, samples: [], offer }, { sinceS: nowS, nowS, expiresAtS: validUntilS });
  return (await callers.change(callerHash, change, caller)) ? voiceId : undefined;
};
