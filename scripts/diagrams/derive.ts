import { applied, isPossible, type Transition, valueAt } from '../../lambdas/platform/transition';
import type { Meanings } from './meanings';

/** A state machine of the code, and one example item for each of its states. */
export interface Machine {
  readonly title: string;
  readonly about: string;
  /** What each state means. */
  readonly meanings: Meanings;
  /** The module that has the states. */
  readonly source: string;
  /** Where the state is in an item. */
  readonly statePath: string;
  /** The example of each state; the state `(none)` has no item. */
  readonly examples: Readonly<Record<string, object | undefined>>;
  /** What each function of the code returns for an example; undefined where it refuses. */
  readonly steps: Readonly<Record<string, (example: object | undefined) => Transition<unknown> | undefined>>;
}

const none = '(none)';

const stateOf = (machine: Machine, item: object): string => {
  const state = valueAt(item, machine.statePath);
  return typeof state === 'string' ? state : none;
};

/**
 * The arrows of a machine: each transition is applied to the example of each state from which it may be written. A step
 * that leaves the state as it is makes no arrow.
 */
export const arrowsOf = (machine: Machine): { from: string; to: string; step: string }[] =>
  Object.entries(machine.steps).flatMap(([step, transitionFor]) =>
    Object.entries(machine.examples).flatMap(([from, example]) => {
      const transition = transitionFor(example);
      const item = example === undefined ? undefined : { pk: machine.title, ...example };
      if (transition === undefined || !isPossible(transition, item)) return [];
      const to = stateOf(machine, applied(transition, item));
      return to === from ? [] : [{ from, to, step }];
    }),
  );

/** The machine as a Mermaid diagram. Arrows between the same two states become one. */
export const mermaidOf = (machine: Machine): string => {
  const steps = new Map<string, string[]>();
  for (const { from, to, step } of arrowsOf(machine)) {
    const arrow = `${from === none ? '[*]' : from} --> ${to === none ? '[*]' : to}`;
    steps.set(arrow, [...(steps.get(arrow) ?? []), step]);
  }
  const lines = [...steps].map(([arrow, names]) => `    ${arrow} : ${names.join(', ')}`);
  return ['```mermaid', 'stateDiagram-v2', ...lines, '```'].join('\n');
};
