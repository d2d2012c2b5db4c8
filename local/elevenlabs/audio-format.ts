const text = (bytes: Buffer, start: number, end: number): string => bytes.toString('latin1', start, end);

/** Whether a file begins like audio: WAV, MP3 (with or without ID3), OGG, FLAC, MP4/M4A or Matroska/WebM. */
export const looksLikeAudio = (bytes: Buffer): boolean => {
  const start = text(bytes, 0, 4);
  if (start === 'RIFF') return text(bytes, 8, 12) === 'WAVE';
  if (start === 'OggS' || start === 'fLaC' || start.startsWith('ID3')) return true;
  if (text(bytes, 4, 8) === 'ftyp' || start === '\x1a\x45\xdf\xa3') return true;
  return bytes.length > 1 && bytes.readUInt16BE(0) >= 0xffe0;
};
