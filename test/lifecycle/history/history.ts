import type { NewFault } from '../../../local/elevenlabs/faults';
import type { AwsFault } from '../../support/lifecycle/actors';

/** A call that may come up in a history; it is `c0`, `c1`, … by its place. */
export interface PlannedCall {
  readonly agent: 1 | 2 | 3;
  /** Who calls; 3 has no number. */
  readonly caller: 0 | 1 | 2 | 3;
  readonly sample: 'a' | 'b';
}

/** How a process is treated. */
interface Process {
  /** Outside calls after which it is killed. */
  readonly killAfter?: number;
  /** Milliseconds after the others of its group. */
  readonly afterMs?: number;
}

/** The delivery of a call's pre-call: the first, or a repetition. */
export type Deliver = Process & { readonly do: 'deliver'; readonly call: number; readonly leftMs?: number };
/** The end of a call, told by the pre-call's own id, by the dynamic variable, or by agent and caller alone. */
export type End = Process & { readonly do: 'end'; readonly call: number; readonly by: 'id' | 'variable' | 'caller' };
/** A call comes in from the number of a call's caller; several calls of one number ring one after the other. */
export type Ring = Process & { readonly do: 'ring'; readonly call: number };
/** ElevenLabs tells the end of the oldest ringing call of that number, with its own id alone, or never started it. */
export type HangUp = Process & { readonly do: 'hangUp'; readonly call: number; readonly as: 'done' | 'failed' };
/** A person sets an agent's voice, its first message, or both, at ElevenLabs. */
export type PersonsChange = {
  readonly do: 'person';
  readonly agent: 1 | 2 | 3;
  readonly voice?: 'premade' | 'foreign' | 'other-installation';
  readonly message?: string;
  readonly afterMs?: number;
};
export type Chore = Process & { readonly do: 'processJob' | 'sweep' | 'reconcile' };

/** What may happen at the same time as others. */
export type Act = Deliver | End | Ring | HangUp | PersonsChange | Chore;

/** What happens in a history, one after the other, but for the acts of one group. */
export type Step =
  | Act
  | { readonly do: 'together'; readonly acts: readonly Act[] }
  | { readonly do: 'advance'; readonly seconds: number }
  | { readonly do: 'fault'; readonly fault: NewFault }
  | { readonly do: 'awsFault'; readonly fault: AwsFault }
  /** The search misses voices that are younger than ten minutes. */
  | { readonly do: 'searchLags' }
  /** No fault or lag strikes any more. */
  | { readonly do: 'calm' }
  /** ElevenLabs says that the call is in progress, from now to its end. */
  | { readonly do: 'goesOn'; readonly call: number };

/** A life of some voices. */
export interface History {
  readonly retainS: number;
  readonly activation: 'patch' | 'both' | 'override' | 'auto';
  /** Whether the agents' calls ask the initiation webhook and may override voice and greeting. */
  readonly asks: boolean;
  readonly calls: readonly PlannedCall[];
  readonly steps: readonly Step[];
}

const textOf = ({ do: name, ...rest }: Step): string =>
  `${name} ${Object.entries(rest)
    .map(([key, value]) => (key === 'call' ? `c${value}` : `${key}=${JSON.stringify(value)}`))
    .join(' ')}`.trimEnd();

/** The history as text: its settings, the calls that come up in it, a line for each step. */
export const historyText = ({ retainS, activation, asks, calls, steps }: History): string => {
  const json = JSON.stringify(steps);
  const named = calls
    .map(({ agent, caller, sample }, index) => `  c${index}: agent_${agent}, caller ${caller}, sample ${sample}`)
    .filter((_call, index) => json.includes(`"call":${index}`));
  return [
    `retainS=${retainS} activation=${activation} asks=${asks}`,
    ...named,
    ...steps.map((step, i) => `${i + 1}. ${textOf(step)}`),
  ].join('\n');
};
