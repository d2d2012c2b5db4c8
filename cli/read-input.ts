import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { WrongUse } from './wrong-use';

const jsonObject = z.record(z.string(), z.unknown());

/** A JSON object with unknown fields. */
export type JsonObject = Readonly<z.infer<typeof jsonObject>>;

/** Reads the bytes of a file named on the command line. Throws WrongUse if it cannot be read. */
export const readInput = async (path: string): Promise<Buffer> => {
  try {
    return await readFile(path);
  } catch (error) {
    throw new WrongUse(`${path} cannot be read: ${fileProblem(error)}.`);
  }
};

/** Parses the bytes of a file as a JSON object. Throws WrongUse with the file's name if they are not one. */
export const readJsonObject = (path: string, bytes: Buffer): JsonObject => {
  const result = jsonObject.safeParse(parseJson(path, bytes));
  if (result.success) return result.data;
  throw new WrongUse(`${path} is JSON, but not an object.`);
};

/** Describes in a few words why a file could not be read or written. */
export const fileProblem = (error: unknown): string => {
  const { code, message } = z
    .object({ code: z.string().optional(), message: z.string() })
    .catch({ message: String(error) })
    .parse(error);
  return (code === undefined ? undefined : problems[code]) ?? message;
};

const problems: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'permission is denied',
};

const parseJson = (path: string, bytes: Buffer): unknown => {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new WrongUse(`${path} is not JSON.`);
  }
};
