import * as z from 'zod';
import { invalidField } from './errors';

const position = z.tuple([z.union([z.string(), z.number()]), z.string()]);

/** Where a page ended: the sorted value and the id of its last item. */
export type Position = z.infer<typeof position>;

/** The order of two positions, by value and then by id: negative when the first comes first. */
export const comparePositions = ([a, idA]: Position, [b, idB]: Position): number => {
  if (a !== b) return a < b ? -1 : 1;
  return idA < idB ? -1 : Number(idA > idB);
};

/** The token that `readPosition` reads. */
export const positionToken = (at: Position): string => Buffer.from(JSON.stringify(at)).toString('base64url');

/** Reads the token in this query parameter. Throws InvalidRequest for one that no page gave out. */
export const readPosition = (token: string, parameter: string): Position => {
  try {
    return position.parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')));
  } catch {
    throw invalidField(['query', parameter], 'Not a token that this search gave out');
  }
};
