import * as z from 'zod';
import type { Turn } from '../shared/documents';

const storedTranscript = z.object({
  transcript: z
    .array(
      z.object({
        role: z.string().nullish().catch('unknown'),
        time_in_call_secs: z.number().nullish().catch(undefined),
        message: z.string().nullish().catch(undefined),
      }),
    )
    .catch([]),
});

/**
 * Parses the turns of a stored transcript. Omits turns without words. Returns none if the bytes are not a transcript.
 */
export const turnsOf = (bytes: Buffer): Turn[] => {
  const read = storedTranscript.safeParse(jsonOf(bytes)).data;
  return (read?.transcript ?? []).flatMap(({ role, time_in_call_secs, message }) =>
    message == null || message === '' ? [] : [{ role: role ?? 'unknown', atS: time_in_call_secs ?? 0, message }],
  );
};

const jsonOf = (bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
};
