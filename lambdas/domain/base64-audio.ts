const dataUrl = /^data:[^,]{0,200};base64,/i;

/**
 * The bytes of base64 audio, with or without a `data:…;base64,` prefix; white space is skipped. Undefined when anything
 * else stands between, where Node's own decoder would silently drop it.
 */
export const decodeAudio = (text: string): Buffer | undefined => {
  const payload = text.replace(dataUrl, '');
  const compact = /\s/.test(payload) ? payload.replace(/\s+/g, '') : payload;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return undefined;
  const bytes = Buffer.from(compact, 'base64');
  const unpadded = compact.length - (compact.endsWith('==') ? 2 : compact.endsWith('=') ? 1 : 0);
  return bytes.length === Math.floor((unpadded * 3) / 4) && unpadded % 4 !== 1 ? bytes : undefined;
};
