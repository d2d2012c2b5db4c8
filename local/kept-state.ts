import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Stores a local stack's state between runs. */
export interface KeptState {
  /** Returns the existing folder for the files of a part. */
  readonly folder: (part: string) => string;
  /** Returns the value that `save` stored last, or undefined at first. */
  readonly load: (part: string) => unknown;
  readonly save: (part: string, state: object) => void;
}

const keptFolder = (port: number): string => join(__dirname, '..', '.local', 'kept', String(port));

/** Opens the state of the stack on this port. */
export const keptState = (port: number): KeptState => {
  const fileOf = (part: string): string => join(keptFolder(port), `${part}.json`);
  const folder = (part: string): string => {
    const path = join(keptFolder(port), part);
    mkdirSync(path, { recursive: true });
    return path;
  };
  return {
    folder,
    load: (part): unknown => {
      try {
        const state: unknown = JSON.parse(readFileSync(fileOf(part), 'utf8'));
        return state;
      } catch {
        return undefined;
      }
    },
    save: (part, state) => {
      mkdirSync(keptFolder(port), { recursive: true });
      const unfinished = `${fileOf(part)}.new`;
      writeFileSync(unfinished, JSON.stringify(state));
      renameSync(unfinished, fileOf(part));
    },
  };
};
