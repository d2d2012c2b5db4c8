const dataUrl = /^data:[^,]{0,200};base64,/i;

/**
 * The bytes of base64 audio, with or without a `data:…;base64,` prefix; white space is skipped. Undefined when anything
 * else stands between, where Node's own decoder would silently drop it.
 */
export const decodeAudio = (text: string): Buffer | undefined => {
  const payload = text.replace(dataUrl, '');
  const compact = /\s/.test(payload) ? payload.replace(/\s+/g, '') : payload;
  const firstPad = compact.indexOf('=');
  const characters = firstPad === -1 ? compact.length : firstPad;
  // One character at a time: a pattern for the whole text runs out of stack on megabytes.
  const isForeign = /[^A-Za-z0-9+/=]/.test(compact) || !/^={0,2}$/.test(compact.slice(characters));
  if (characters === 0 || isForeign) return undefined;
  const isPaddedWrongly = compact.length > characters && compact.length % 4 !== 0;
  return isPaddedWrongly || characters % 4 === 1 ? undefined : Buffer.from(compact, 'base64');
};
