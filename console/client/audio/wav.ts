const headerBytes = 44;

/** Encodes one channel of samples, -1 to 1, as a 16-bit WAV file. */
export const wavFile = (samples: Float32Array, sampleRate: number): ArrayBuffer => {
  const view = new DataView(new ArrayBuffer(headerBytes + samples.length * 2));
  const text = (at: number, letters: string): void =>
    new TextEncoder().encode(letters).forEach((byte, index) => view.setUint8(at + index, byte));
  text(0, 'RIFF');
  view.setUint32(4, 36 + samples.length * 2, true);
  text(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, 'data');
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((value, index) =>
    view.setInt16(headerBytes + index * 2, Math.max(-1, Math.min(1, value)) * 32_767, true),
  );
  return view.buffer;
};
