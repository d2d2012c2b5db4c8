/** Returns the first media type of a Content-Type or Accept header, in lower case and without parameters. */
export const firstMediaType = (header: string): string => (/^[^,;]*/.exec(header)?.[0] ?? '').trim().toLowerCase();

/**
 * Tells whether a media type is among an API's BinaryMediaTypes, in which any part may be a wildcard: `image/*`, or `*`
 * twice.
 */
export const isBinaryMediaType = (mediaType: string, binaryMediaTypes: readonly string[]): boolean => {
  const [type, subtype] = mediaType.split('/');
  return binaryMediaTypes.some((binary) => {
    const [binaryType, binarySubtype] = firstMediaType(binary).split('/');
    return (binaryType === '*' || binaryType === type) && (binarySubtype === '*' || binarySubtype === subtype);
  });
};
