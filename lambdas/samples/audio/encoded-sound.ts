/** A part of a recording, in seconds from its start. */
export interface Span {
  readonly startS: number;
  readonly endS: number;
}

/** Sound that has to be decoded to be heard. */
export interface EncodedSound {
  readonly codec: 'mp3' | 'opus';
  readonly channels: number;
  readonly sampleRateHz: number;
  /** What every decoded sample is multiplied by. */
  readonly gain: number;
  /** What to decode for a part of the recording; without packets where there is none. */
  readonly windowOf: (span: Span) => EncodedWindow;
}

/** Frames or packets that follow each other in the file. */
export interface EncodedWindow {
  readonly packets: readonly Uint8Array[];
  /** Samples at the start that are decoded only because the sound after them depends on them. */
  readonly leadSamples: number;
}

const maxSpanS = 0.2;

/** So many parts of a recording, of a fifth of a second at most, spread evenly over it. They never overlap. */
export const spreadSpans = (durationS: number, count: number): readonly Span[] => {
  const lengthS = Math.min(maxSpanS, durationS / count);
  return Array.from({ length: count }, (_, n) => {
    const startS = ((n + 0.5) * durationS) / count - lengthS / 2;
    return { startS, endS: startS + lengthS };
  });
};
