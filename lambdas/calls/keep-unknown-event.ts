import { isErasedFor } from '../callers/caller';
import { possibleIdentifiers } from '../callers/possible-identifiers';
import type { PostCallDeps } from './deps';
import { dropBody } from './drop-call';
import { erasureMarkOf } from './identify-call';
import { entriesOf } from './json-fields';
import type { OtherEvent } from './post-call-event';
import type { IngestedBody } from './post-call-job';
import { typeSlug } from './storage-keys';

/**
 * Stores the body of an event of unknown type, and whom it may name, so that an erasure finds it. Deletes the body if
 * its caller was erased or transcripts are not stored. Also deletes it if it has audio and recordings are not stored.
 * What else it contains is unknown. Throws 503 if AWS fails.
 */
export const keepUnknownEvent = async (event: OtherEvent, body: IngestedBody, deps: PostCallDeps): Promise<void> => {
  const { settings, bodies, unknownEvents, log, nowMs } = deps;
  log.info('postcall_type_unknown', { type: typeSlug(event.type) });
  const { likely: callerHashes } = await deps.callerKeys(possibleIdentifiers(event.data));
  if (await isErased(event, callerHashes, deps)) return dropBody(body, deps);
  if (!settings.storesTranscripts || (!settings.storesAudio && carriesSound(event))) {
    await bodies.remove(body.key);
    log.info('postcall_not_kept', { type: typeSlug(event.type) });
    return;
  }
  if (callerHashes.length === 0) return;
  const expiresAtS = Math.floor(nowMs() / 1000) + settings.bodyKeptS;
  const { eventTimestampS } = event;
  await unknownEvents.note({
    sha256: body.sha256,
    key: body.key,
    callerHashes,
    expiresAtS,
    ...(eventTimestampS !== undefined && { event_timestamp: eventTimestampS }),
  });
  // An erasure that began in the meantime may not have found the item.
  if (await isErased(event, callerHashes, deps)) {
    await dropBody(body, deps);
    await unknownEvents.remove(body.sha256);
  }
};

const isErased = async (
  { conversationId, eventTimestampS = 0 }: OtherEvent,
  callerHashes: readonly string[],
  deps: PostCallDeps,
): Promise<boolean> => {
  if (conversationId !== undefined && (await erasureMarkOf(conversationId, deps)) !== undefined) return true;
  for (const callerHash of callerHashes) {
    const caller = await deps.callers.read(callerHash, Math.floor(deps.nowMs() / 1000));
    if (caller !== undefined && isErasedFor(caller, eventTimestampS)) return true;
  }
  return false;
};

/** Shorter texts cannot be audio. */
const minSoundChars = 1_000;

const carriesSound = ({ type, data }: OtherEvent): boolean =>
  /audio|recording|voice/.test(type) ||
  entriesOf(data).some(
    ([field, value]) => /audio|recording/.test(field) && typeof value === 'string' && value.length >= minSoundChars,
  );
