/** A `data:` URL before its data. A comma within quotes belongs to a parameter. */
const dataUrl = /^\s*data:((?:"[^"]{0,200}"|[^",]){0,400}),/i;
const base64Url = /;\s*base64\s*$/i;

/**
 * Decodes base64 audio, with or without a `data:` URL around it (RFC 2397, with its percent-encoding). Skips white
 * space. Returns undefined for other characters, which Node's decoder would silently drop.
 */
export const decodeAudio = (text: string): Buffer | undefined => {
  const [start, parameters] = dataUrl.exec(text) ?? [];
  if (parameters !== undefined && !base64Url.test(parameters)) return undefined;
  const payload = start === undefined ? text : percentDecoded(text.slice(start.length));
  return decodeCompact(payload) ?? decodeWithSpaces(payload);
};

/**
 * Decodes base64 without white space, as nearly all senders write it. Node's decoder drops foreign characters, so a
 * result of full length has none, except for the two of the URL-safe alphabet. Returns undefined for all other text.
 */
const decodeCompact = (payload: string): Buffer | undefined => {
  if (payload.length === 0 || payload.length % 4 !== 0 || payload.includes('-') || payload.includes('_'))
    return undefined;
  const padding = paddingOf(payload);
  const decoded = Buffer.from(payload, 'base64');
  return decoded.length === (payload.length / 4) * 3 - padding ? decoded : undefined;
};

const paddingOf = (payload: string): number => {
  if (payload.endsWith('==')) return 2;
  return payload.endsWith('=') ? 1 : 0;
};

const decodeWithSpaces = (payload: string): Buffer | undefined => {
  const compact = /\s/.test(payload) ? payload.replace(/\s+/g, '') : payload;
  const firstPad = compact.indexOf('=');
  const dataLength = firstPad === -1 ? compact.length : firstPad;
  // One character at a time: a pattern for the whole text runs out of stack on megabytes.
  const isForeign = /[^A-Za-z0-9+/=]/.test(compact) || !/^={0,2}$/.test(compact.slice(dataLength));
  if (dataLength === 0 || isForeign) return undefined;
  const isPaddedWrongly = compact.length > dataLength && compact.length % 4 !== 0;
  return isPaddedWrongly || dataLength % 4 === 1 ? undefined : Buffer.from(compact, 'base64');
};

const percentDecoded = (payload: string): string =>
  payload.includes('%')
    ? payload.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : payload;
