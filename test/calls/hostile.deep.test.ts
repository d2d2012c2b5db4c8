import fc from 'fast-check';
import { callFailure } from '../../lambdas/calls/call-failure';
import { conversationDetails } from '../../lambdas/calls/conversation-details';
import { endedCall } from '../../lambdas/calls/ended-call';
import { type PostCallEvent, readPostCallBody } from '../../lambdas/calls/post-call-event';
import { pushedRecording } from '../../lambdas/calls/recording-content';
import { rawBodyKey } from '../../lambdas/calls/storage-keys';
import { transcriptText } from '../../lambdas/calls/transcript-text';
import { growsLinearly } from '../support/growth';
import { payload, sampleNames, transcriptionOf } from './payloads';

const hostileKeys = ['__proto__', 'constructor', 'toString', 'data', 'metadata', 'message'];
/** As JSON.parse makes it, so that `__proto__` is a field like any other. */
const anyJson = fc
  .oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.dictionary(fc.constantFrom(...hostileKeys), fc.jsonValue({ maxDepth: 2 })),
    fc.constantFrom<unknown>(1e308, -1, '', '\u0000', '../', 'x'.repeat(300), [[[]]]),
  )
  .map((value): unknown => JSON.parse(JSON.stringify(value)));

/** All paths in a document, by the keys that lead there. */
const pathsIn = (json: unknown, path: readonly string[] = []): (readonly string[])[] =>
  typeof json === 'object' && json !== null
    ? [path, ...Object.entries(json).flatMap(([key, value]) => pathsIn(value, [...path, key]))]
    : [path];

const replaced = (json: unknown, [key, ...rest]: readonly string[], value: unknown): unknown => {
  if (key === undefined) return value;
  const copy: Record<string, unknown> = structuredClone(json) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, value);
  return copy;
};

const useAll = (event: PostCallEvent): void => {
  expect(rawBodyKey(event, 'f')).toMatch(/^postcall\/raw\/[\w-]+\/[\w-]+\/f\.json$/);
  if (event.kind !== 'audio' && event.kind !== 'other') endedCall(event);
  if (event.kind === 'transcription') {
    const details = conversationDetails(event);
    expect(transcriptText(event, details).split('\n').length).toBeGreaterThan(4);
    expect(JSON.parse(JSON.stringify(details))).toEqual(details);
  }
  if (event.kind === 'failure') expect(JSON.stringify(callFailure(event))).not.toMatch(/\d{7}@|\+\d/);
  if (event.kind === 'audio') pushedRecording(event);
};

describe('what a sender can make of a post-call body', () => {
  it.each(sampleNames)('given the sample %s with anything in any place, when used, then nothing is thrown', (name) => {
    const sample = payload(name);

    fc.assert(
      fc.property(fc.constantFrom(...pathsIn(sample)), anyJson, (path, value) => {
        const reading = readPostCallBody(replaced(sample, path, value));
        if (reading.ok) useAll(reading.event);
        else expect(reading.problem).toMatch(/^[\w.]+: ./);
      }),
      { seed: 20_261_121, numRuns: 400 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  it('given fields nested 5,000 deep, when used, then nothing is thrown', () => {
    const deep: unknown = JSON.parse(`${'{"a":['.repeat(5_000)}${']}'.repeat(5_000)}`);

    for (const field of ['metadata', 'analysis', 'conversation_initiation_client_data', 'transcript'])
      useAll({ ...transcriptionOf({}), data: { [field]: deep } });
    for (const body of [deep, { call_id: '1', transcript: deep }, { type: 'x', data: deep }])
      expect(readPostCallBody(body)).toMatchObject({ ok: false, problem: expect.stringContaining('200 levels') });
  });

  it('given a map of 50,000 variables and results, when recorded, then the work grows with their number', async () => {
    const recordOf = (count: number) => {
      const many = Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`system__${index}`, { value: index }]),
      );
      return conversationDetails(
        transcriptionOf({
          analysis: { data_collection_results: many },
          conversation_initiation_client_data: { dynamic_variables: many },
        }),
      );
    };

    expect(await growsLinearly(48_000, recordOf)).toBe(true);
    expect(Object.keys(recordOf(50_000).data_collection_results)).toHaveLength(50_000);
  });
});
