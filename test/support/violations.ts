import type { ElevenLabsSimulator } from '../../local/elevenlabs/elevenlabs-simulator';

type Recorder = Pick<ElevenLabsSimulator, 'state'>;

const watched = new Set<Recorder>();
const closed = new Set<Recorder>();

/** Has every later test fail for what this simulator records as a violation of the vendor's contract. */
export const watch = (simulator: Recorder): void => {
  watched.add(simulator);
};

/** Asserts once more, after the next test, what this simulator recorded. */
export const watchNoMore = (simulator: Recorder): void => {
  closed.add(simulator);
};

/**
 * Fails if a simulator has recorded a violation since the last look. test/runner/before-each-file.ts runs it after each
 * test.
 */
export const assertNoViolations = (): void => {
  const violations = [...watched].flatMap(({ state }) => state.violations.splice(0));
  closed.forEach((each) => watched.delete(each));
  closed.clear();
  expect(violations).toEqual([]);
};
