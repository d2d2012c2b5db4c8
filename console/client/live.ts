import { computed, signal } from '@preact/signals';
import type { CallChanges, CallRow } from '../shared/documents';
import { openStream, Problem } from './requests';

const rowsById = signal<ReadonlyMap<string, CallRow>>(new Map());

/** The calls, newest first. */
export const calls = computed(() => [...rowsById.value.values()].sort((a, b) => b.atMs - a.atMs));

/** The state of the connection. `problem` is a sentence while no data arrives. */
export const connection = signal<{ readonly state: 'connecting' | 'live'; readonly problem?: string }>({
  state: 'connecting',
});

/** A counter that increases whenever something may have changed. */
export const looks = signal(0);

/** How far the installation's clock is ahead of this machine's, in milliseconds. */
export const clockAhead = signal(0);

/** How far back the list of calls goes, in hours. */
export const hours = signal(24);

const retryMs = 1_500;

/** Follows the calls while the page is open, and reconnects when the server was unavailable. */
export const followCalls = (): void => {
  let following = new AbortController();
  const run = async (): Promise<void> => {
    for (;;) {
      const { signal: aborted } = following;
      rowsById.value = new Map();
      await readStream(aborted).catch((error: unknown) => {
        if (aborted.aborted) return;
        const problem = error instanceof Problem ? error.message : 'The connection to the console was lost.';
        connection.value = { state: 'connecting', problem };
      });
      if (aborted.aborted) following = new AbortController();
      else await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  };
  hours.subscribe(() => following.abort());
  following = new AbortController();
  void run();
};

const readStream = async (aborted: AbortSignal): Promise<void> => {
  const stream = await openStream(`live?hours=${hours.value}`, aborted);
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new Problem('The console has stopped. This page connects again as soon as it is back.');
    const messages = (text + value).split('\n\n');
    text = messages.pop() ?? '';
    messages.forEach(readMessage);
  }
};

const readMessage = (message: string): void => {
  const [, event, data = '{}'] = /^event: (\w+)\ndata: (.*)$/s.exec(message) ?? [];
  if (event === 'calls') applyChanges(data);
  if (event === 'look') {
    connection.value = { state: 'live' };
    const { aheadMs }: { aheadMs: number } = JSON.parse(data);
    clockAhead.value = aheadMs;
    looks.value += 1;
  }
  if (event === 'problem') connection.value = { state: 'connecting', problem: problemIn(data) };
};

const applyChanges = (data: string): void => {
  const { rows, gone }: CallChanges = JSON.parse(data);
  const next = new Map(rowsById.value);
  rows.forEach((row) => next.set(row.id, row));
  gone.forEach((id) => next.delete(id));
  rowsById.value = next;
};

const problemIn = (data: string): string => {
  const { problem }: { problem: string } = JSON.parse(data);
  return problem;
};
