import { signal, useSignalEffect } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { looks } from './live';
import { getDocument } from './requests';
import { isPersonal } from './session';

/** A document from the server, as views use it. */
export interface Loaded<T> {
  /** The latest document; undefined until it is loaded. */
  readonly document: T | undefined;
  /** Why the document could not be read. */
  readonly problem: string | undefined;
  /** Reads the document again now. */
  readonly reload: () => void;
}

/** Reads a document, and again whenever it may have changed. */
export const useDocument = <T>(path: string): Loaded<T> => {
  const { state, load, stop } = useMemo(() => createLoader(() => getDocument<T>(path)), [path]);
  useSignalEffect(() => {
    if (looks.value >= 0 && isPersonal.value !== undefined) load();
  });
  useEffect(() => {
    load();
    return stop;
  }, [path]);
  return { ...state.value, reload: load };
};

interface State<T> {
  readonly document: T | undefined;
  readonly problem: string | undefined;
}

/** Creates a loader that never runs two reads in parallel. Requests during a read cause one more read. */
const createLoader = <T>(read: () => Promise<T>) => {
  const state = signal<State<T>>({ document: undefined, problem: undefined });
  let isLoading = false;
  let isWanted = false;
  let isStopped = false;
  const readNow = async (): Promise<State<T>> => {
    try {
      return { document: await read(), problem: undefined };
    } catch (error) {
      return { document: state.peek().document, problem: messageOf(error) };
    }
  };
  const show = (next: State<T>): void => {
    isLoading = false;
    if (isStopped) return;
    if (JSON.stringify(next) !== JSON.stringify(state.peek())) state.value = next;
    if (isWanted) load();
  };
  const load = (): void => {
    isWanted = isLoading;
    if (isLoading) return;
    isLoading = true;
    void readNow().then(show);
  };
  const stop = (): void => {
    isStopped = true;
  };
  return { state, load, stop };
};

/** Returns an error's message for a person. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
