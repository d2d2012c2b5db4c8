/** A part of a recording, in seconds from its start. */
export interface Span {
  readonly startS: number;
  readonly endS: number;
}

/** Audio that must be decoded before it can be measured. */
export interface EncodedSound {
  readonly codec: 'mp3' | 'opus';
  readonly channels: number;
  readonly sampleRateHz: number;
  /** The factor for every decoded sample. */
  readonly gain: number;
  /** Returns the data to decode for a part of the recording. It has no packets if none exist. */
  readonly windowOf: (span: Span) => EncodedWindow;
}

/** Consecutive frames or packets of the file. */
export interface EncodedWindow {
  readonly packets: readonly Uint8Array[];
  /** Samples at the start that are decoded only because later audio depends on them. */
  readonly leadSamples: number;
}

const maxSpanS = 0.2;

/** Returns this many parts of a recording, of up to a fifth of a second, spread evenly. They never overlap. */
export const spreadSpans = (durationS: number, count: number): readonly Span[] => {
  const lengthS = Math.min(maxSpanS, durationS / count);
  return Array.from({ length: count }, (_, n) => {
    const startS = ((n + 0.5) * durationS) / count - lengthS / 2;
    return { startS, endS: startS + lengthS };
  });
};
