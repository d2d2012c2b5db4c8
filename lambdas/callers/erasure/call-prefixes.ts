import type { Counted } from './erasure-pages';

/** Where S3 keeps what is about a call, and what that is. */
export const prefixesOf = (id: string): readonly (readonly [Counted, string])[] => [
  ['transcripts', `transcripts/${id}/`],
  ['recordings', `recordings/${id}.mp3`],
  ['events', `postcall/raw/${id}/`],
  ['samples', `samples/${id}/`],
  ['samples', `uploads/${id}/`],
];
