import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import * as z from 'zod';
import { decodeAudio } from '../lambdas/samples/base64-audio';
import { contentTypes, sampleFormat } from '../lambdas/samples/voice-sample';
import { type JsonObject, readInput } from './read-input';
import { WrongUse } from './wrong-use';

/** A voice sample to send. */
export interface Recording {
  readonly fileName: string;
  readonly bytes: Buffer;
  /** Determined by content; `application/octet-stream` for content that the service will reject. */
  readonly contentType: string;
  /** SHA-256 of the bytes in hex. */
  readonly sha256: string;
}

/** Reads the recordings from files. Throws WrongUse if a file cannot be read. */
export const readRecordings = async (paths: readonly string[]): Promise<Recording[]> =>
  Promise.all(paths.map(async (path) => recording(basename(path), await readInput(path))));

/**
 * Returns the base64 recordings of a payload: its `voice_samples`, otherwise its `voice_sample`, otherwise none. Throws
 * WrongUse for a sample that is not base64, because no other way can carry it.
 */
export const recordingsIn = (payload: JsonObject): Recording[] => {
  const { voice_sample: one, voice_samples: several } = payload;
  const samples = Array.isArray(several) ? several : one === undefined ? [] : [one];
  return samples.map((sample: unknown, index) => {
    const { data } = base64Sample.parse(sample);
    const bytes = data === undefined ? undefined : decodeAudio(data);
    if (bytes !== undefined) return recording(`sample-${index + 1}`, bytes);
    throw new WrongUse("The payload's voice sample is not base64, so it can only be sent as it is, in JSON.");
  });
};

const base64Sample = z.object({ data: z.string().optional() }).catch({});

/** Creates a recording from these bytes. */
export const recording = (fileName: string, bytes: Buffer): Recording => {
  const format = sampleFormat(bytes);
  return {
    fileName,
    bytes,
    contentType: format === undefined ? 'application/octet-stream' : contentTypes[format],
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
};
