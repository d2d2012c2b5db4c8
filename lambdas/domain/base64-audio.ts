const dataUrl = /^data:[^,]{0,200};base64,/i;

/**
 * The bytes of base64 audio, with or without a `data:…;base64,` prefix; white space is skipped. Undefined when anything
 * else stands between, where Node's own decoder would silently drop it.
 */
export const decodeAudio = (text: string): Buffer | undefined => {
  const payload = text.replace(dataUrl, '');
  const compact = /\s/.test(payload) ? payload.replace(/\s+/g, '') : payload;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return undefined;
  const characters = compact.replace(/=+$/, '').length;
  const isPaddedWrongly = compact.length > characters && compact.length % 4 !== 0;
  return isPaddedWrongly || characters % 4 === 1 ? undefined : Buffer.from(compact, 'base64');
};
