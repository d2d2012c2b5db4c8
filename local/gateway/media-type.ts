/** The media type of a Content-Type or Accept header's first entry, in lower case, without parameters. */
export const firstMediaType = (header: string): string => (/^[^,;]*/.exec(header)?.[0] ?? '').trim().toLowerCase();

/** Whether a media type is in an API's BinaryMediaTypes, where any part may be a wildcard: `image/*`, or `*` twice. */
export const isBinaryMediaType = (mediaType: string, binaryMediaTypes: readonly string[]): boolean => {
  const [type, subtype] = mediaType.split('/');
  return binaryMediaTypes.some((binary) => {
    const [binaryType, binarySubtype] = firstMediaType(binary).split('/');
    return (binaryType === '*' || binaryType === type) && (binarySubtype === '*' || binarySubtype === subtype);
  });
};
