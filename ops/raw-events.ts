import { findCall } from './find-call';
import { type Installation, OperationError } from './installation';
import { listObjects, readObject, type StoredObject } from './objects';

/** Reads the stored bodies of a call's post-call events, oldest first. */
export const rawEvents = async (installation: Installation, id: string): Promise<StoredObject[]> => {
  const { record } = await findCall(installation, id);
  const ids = new Set(
    [id, ...(record === undefined ? [] : [record.record_id])].filter((each) => /^[\w-]+$/.test(each)),
  );
  const found = await Promise.all([...ids].map((each) => listObjects(installation, `postcall/raw/${each}/`)));
  return found.flat().sort((a, b) => a.storedAtMs - b.storedAtMs);
};

/** Reads the body of an event exactly as it was received. Throws OperationError if it no longer exists. */
export const rawEvent = (installation: Installation, key: string): Promise<Buffer> => objectOrGone(installation, key);

/** Reads the stored objects of this kind for a call. Throws OperationError if there are none. */
export const storedOfCall = async (
  installation: Installation,
  id: string,
  kind: 'transcript' | 'transcript-json' | 'recording',
): Promise<Buffer> => {
  const { record } = await findCall(installation, id);
  const keys = {
    transcript: record?.transcript_text_key,
    'transcript-json': record?.transcript_key,
    recording: record?.recording_key,
  };
  const key = keys[kind];
  if (key == null) {
    const reason = record === undefined ? 'Its end was not reported' : whyMissing[kind];
    throw new OperationError('not_found', `There is no ${kind.replace('-json', '')} of ${id}. ${reason}.`);
  }
  return objectOrGone(installation, key);
};

const whyMissing = {
  transcript: 'ENABLE_TRANSCRIPT_STORAGE may be off, or the call was not connected',
  'transcript-json': 'ENABLE_TRANSCRIPT_STORAGE may be off, or the call was not connected',
  recording: 'ENABLE_AUDIO_STORAGE is off by default, and a recording takes some minutes',
} as const;

const objectOrGone = async (installation: Installation, key: string): Promise<Buffer> => {
  const bytes = await readObject(installation, key);
  if (bytes !== undefined) return bytes;
  throw new OperationError('not_found', `${key} is gone: it was erased, or its retention is over.`);
};
