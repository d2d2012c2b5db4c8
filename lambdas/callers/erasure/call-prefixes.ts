import type { Counted } from './erasure-pages';

/** Returns the S3 prefixes of a call's objects, each with the kind that it counts as. */
export const prefixesOf = (id: string): readonly (readonly [Counted, string])[] => [
  ['transcripts', `transcripts/${id}/`],
  ['recordings', `recordings/${id}.mp3`],
  ['events', `postcall/raw/${id}/`],
  ['samples', `samples/${id}/`],
  ['samples', `uploads/${id}/`],
];
