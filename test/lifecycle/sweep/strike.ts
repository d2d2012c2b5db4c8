import type { NewFault } from '../../../local/elevenlabs/faults';
import type { TestElevenLabs } from '../../support/elevenlabs';
import type { AwsFault } from '../../support/lifecycle/actors';

/** What faults strike. */
export interface Struck {
  readonly elevenLabs: Pick<TestElevenLabs, 'addFault' | 'clearFaults' | 'state' | 'seen'>;
  readonly awsFaults: AwsFault[];
}

/** A fault that waits for its call. It can strike between `arm` and `disarm`. */
export interface Strike {
  arm(): void;
  disarm(): void;
}

interface ArmedFault extends Strike {
  /** The call that was struck; undefined when there was none so far on. */
  struck(): string | undefined;
}

const refusal = { kind: 'error', status: 400, code: 'bad_request' } as const;
const outage = { kind: 'error', status: 503, code: 'unavailable' } as const;

/**
 * The faults of ElevenLabs: no answer, before and after the effect; an outage that outlasts our repetitions; a refusal.
 */
const atElevenLabs: Readonly<Record<string, Omit<NewFault, 'operation' | 'skip'>>> = {
  'reset before its effect': { effect: 'before', action: { kind: 'reset' } },
  'reset after its effect': { effect: 'after', action: { kind: 'reset' } },
  'out of service': { effect: 'before', times: 4, action: outage },
  refused: { effect: 'before', action: refusal },
};

type Fault = (skip: number, struck: Struck) => ArmedFault;

const elevenLabsFault =
  (fault: Omit<NewFault, 'operation' | 'skip'>): Fault =>
  (skip, { elevenLabs }) => {
    const id = 'sweep';
    let operation: string | undefined;
    let isArmed = false;
    let before = 0;
    return {
      arm: () => {
        isArmed = true;
        before = elevenLabs.seen.length;
        elevenLabs.addFault({ ...fault, id, operation: '*', skip });
      },
      disarm: () => {
        if (!isArmed) return;
        isArmed = false;
        const left = elevenLabs.state.faults.find((each) => each.id === id);
        const hasStruck = left === undefined || left.times !== (fault.times ?? 1);
        if (hasStruck) operation = elevenLabs.seen[before + skip]?.operation ?? 'a call';
        elevenLabs.clearFaults();
      },
      struck: () => operation,
    };
  };

const awsFault =
  (service: AwsFault['service'], effect: AwsFault['effect']): Fault =>
  (skip, { awsFaults }) => {
    const fault: AwsFault = { service, effect, skip };
    return {
      arm: () => void awsFaults.push(fault),
      disarm: () => void (awsFaults.length = 0),
      struck: () => fault.struck,
    };
  };

const faults: readonly (readonly [string, Fault])[] = [
  ...(['dynamodb', 'sqs', 's3'] as const).flatMap((service) =>
    (['before', 'after'] as const).map((effect) => [`${service} fails ${effect}`, awsFault(service, effect)] as const),
  ),
  ...Object.entries(atElevenLabs).map(([how, fault]) => [`elevenlabs ${how}`, elevenLabsFault(fault)] as const),
];

/** A run of more calls is one that a fault always seems to strike. */
const mostCalls = 500;

/** How many points a sweep struck, and what failed at which. */
export interface Swept {
  readonly points: number;
  readonly failures: readonly string[];
}

/**
 * Lets each fault strike each outside call, one a run: goes on until a run has no more call to strike. A run throws
 * where something does not hold.
 */
export const sweep = async (rig: Struck, run: (strike: Strike) => Promise<void>): Promise<Swept> => {
  const failures: string[] = [];
  let points = 0;
  for (const [name, fault] of faults)
    for (let skip = 0; ; skip += 1) {
      if (skip > mostCalls) throw new Error(`${name}: there is no end to the calls.`);
      const armed = fault(skip, rig);
      const failure = await run(armed).then(() => undefined, messageOf);
      armed.disarm();
      const struck = armed.struck();
      if (failure !== undefined) failures.push(`${name}, call ${skip + 1} (${struck ?? 'no such call'}): ${failure}`);
      if (struck === undefined) break;
      points += 1;
    }
  return { points, failures };
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Prints how many points a sweep struck, and throws if any of them failed. */
export const report = (name: string, { points, failures }: Swept): void => {
  process.stdout.write(`${name}: ${points} points\n`);
  if (failures.length > 0) throw new Error(`${failures.length} failed:\n${failures.join('\n')}`);
};
