/**
 * The protocol of agent voices as a state machine: the pre-calls and releases of one agent, whose steps come in any order, whose PATCHes land
 * late, and which die. A conversation's letter stands for its voice, `base` for the agent's own. One PATCH of a process is in
 * flight at a time; a dead sender's entry goes only after its PATCH has settled.
 */
interface Process {
  readonly kind: 'pre-call' | 'release';
  readonly call: string;
  readonly at: 'start' | 'wait' | 'look' | 'announce' | 'send' | 'sent' | 'landed' | 'done' | 'dead';
  /** The version for which its PATCH was announced. */
  readonly seen: number;
}

interface Flight {
  readonly by: number;
  readonly voice: string;
  readonly isAwaited: boolean;
}

interface State {
  readonly processes: readonly Process[];
  readonly remote: string;
  readonly version: number;
  readonly activation: string | null;
  readonly flights: readonly Flight[];
  readonly pendings: Readonly<Record<number, string>>;
  readonly deleted: readonly string[];
  readonly crashes: number;
}

/** Rules that can be broken, to see that the exploration finds it. */
export interface Rules {
  /** A deletion waits for announced PATCHes that name the voice. */
  readonly respectsPendings: boolean;
  /** A PATCH is confirmed against the version, and what is newest is applied again. */
  readonly converges: boolean;
  /** A deletion looks at the agent first. */
  readonly looks: boolean;
  /** A release waits until its pre-call is over. */
  readonly waitsForPreCall: boolean;
}

/** The protocol as it is. */
export const protocol: Rules = { respectsPendings: true, converges: true, looks: true, waitsForPreCall: true };

/** What was found of all reachable states. */
export interface Exploration {
  readonly states: number;
  /** Whether the agent ever points at a deleted voice. */
  readonly dangles: boolean;
  /** Whether there is an end at which the agent does not have its own voice, or a voice is left. */
  readonly endsBadly: boolean;
  /** Whether a call that was answered is ever left without its voice, with nobody at work to change that. */
  readonly losesCaller: boolean;
}

const desired = ({ activation }: State): string => activation ?? 'base';

/** All states that this many conversations can reach with this many crashes. Throws nothing. */
export const explore = (calls: readonly string[], maxCrashes: number, rules: Rules = protocol): Exploration => {
  const first: State = {
    processes: [
      ...calls.map((call) => ({ kind: 'pre-call', call, at: 'start', seen: 0 }) as const),
      ...calls.map((call) => ({ kind: 'release', call, at: 'wait', seen: 0 }) as const),
    ],
    remote: 'base',
    version: 0,
    activation: null,
    flights: [],
    pendings: {},
    deleted: [],
    crashes: 0,
  };
  const known = new Set([JSON.stringify(first)]);
  const open = [first];
  let dangles = false;
  let endsBadly = false;
  let losesCaller = false;
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const { remote, deleted } = state;
    dangles ||= deleted.includes(remote);
    losesCaller ||= isCallerLost(state);
    const next = successors(state, maxCrashes, rules);
    if (next.length === 0) endsBadly ||= remote !== 'base' || deleted.length !== calls.length;
    for (const each of next) {
      const key = JSON.stringify(each);
      if (known.has(key)) continue;
      known.add(key);
      open.push(each);
    }
  }
  return { states: known.size, dangles, endsBadly, losesCaller };
};

const busy: readonly Process['at'][] = ['announce', 'send', 'sent', 'landed'];

const isCallerLost = ({ activation, remote, processes, flights }: State): boolean =>
  activation !== null &&
  remote !== activation &&
  flights.length === 0 &&
  !processes.some(({ at }) => busy.includes(at)) &&
  processes.some(({ kind, call, at }) => kind === 'pre-call' && call === activation && at === 'done');

const successors = (state: State, maxCrashes: number, rules: Rules): State[] => [
  ...state.flights.map((flight) => land(state, flight)),
  ...state.processes.flatMap((process, id) => [
    ...step(state, process, id, rules),
    ...crash(state, process, id, maxCrashes),
    ...expire(state, process, id),
  ]),
];

const moved = (state: State, id: number, change: Partial<Process>, others: Partial<State> = {}): State => ({
  ...state,
  ...others,
  processes: state.processes.map((process, index) => (index === id ? { ...process, ...change } : process)),
});

const without = (pendings: State['pendings'], id: number): State['pendings'] =>
  Object.fromEntries(Object.entries(pendings).filter(([by]) => Number(by) !== id));

const land = (state: State, flight: Flight): State => {
  const landed = { ...state, remote: flight.voice, flights: state.flights.filter((each) => each !== flight) };
  return flight.isAwaited ? moved(landed, flight.by, { at: 'landed' }) : landed;
};

const step = (state: State, process: Process, id: number, rules: Rules): State[] => {
  const { version, pendings } = state;
  switch (process.at) {
    case 'start':
      return [
        moved(
          state,
          id,
          { at: 'send', seen: version + 1 },
          {
            version: version + 1,
            activation: process.call,
            pendings: { ...pendings, [id]: process.call },
          },
        ),
      ];
    case 'wait':
      return mayRelease(state, process, rules) ? [released(state, process, id)] : [];
    case 'look':
      return look(state, process, id, rules);
    case 'announce':
      return [moved(state, id, { at: 'send', seen: version }, { pendings: { ...pendings, [id]: desired(state) } })];
    case 'send':
      return [
        moved(
          state,
          id,
          { at: 'sent' },
          {
            flights: [...state.flights, { by: id, voice: pendings[id] ?? 'base', isAwaited: true }],
          },
        ),
      ];
    case 'landed':
      if (version > process.seen && rules.converges) return [moved(state, id, { at: 'announce' })];
      return [
        moved(state, id, { at: process.kind === 'release' ? 'look' : 'done' }, { pendings: without(pendings, id) }),
      ];
    case 'sent':
    case 'done':
    case 'dead':
      return [];
  }
};

const mayRelease = ({ processes }: State, { call }: Process, { waitsForPreCall }: Rules): boolean =>
  processes
    .filter((other) => other.kind === 'pre-call' && other.call === call)
    .every(({ at }) => at === 'done' || at === 'dead' || (!waitsForPreCall && at !== 'start'));

/** Only the newest changes what the agent should have. */
const released = (state: State, { call }: Process, id: number): State =>
  state.activation === call
    ? moved(state, id, { at: 'look' }, { activation: null, version: state.version + 1 })
    : moved(state, id, { at: 'look' });

const look = (state: State, { call }: Process, id: number, rules: Rules): State[] => {
  const { remote, activation, pendings, deleted } = state;
  const deletion = moved(state, id, { at: 'done' }, { deleted: [...deleted, call].sort() });
  if (rules.respectsPendings && Object.values(pendings).includes(call)) return [];
  if (!rules.looks || remote === desired(state) || (activation !== null && remote !== call)) return [deletion];
  return remote === call || Object.keys(pendings).length === 0 ? [moved(state, id, { at: 'announce' })] : [];
};

const mortal: readonly Process['at'][] = ['look', 'announce', 'send', 'sent', 'landed'];

/** A dead release is repeated by its job, from the look on. */
const crash = (state: State, process: Process, id: number, maxCrashes: number): State[] => {
  if (state.crashes === maxCrashes || !mortal.includes(process.at)) return [];
  const flights = state.flights.map((flight) => (flight.by === id ? { ...flight, isAwaited: false } : flight));
  const dead = moved(state, id, { at: 'dead' }, { flights, crashes: state.crashes + 1 });
  if (process.kind === 'pre-call') return [dead];
  return [{ ...dead, processes: [...dead.processes, { kind: 'release', call: process.call, at: 'look', seen: 0 }] }];
};

const expire = (state: State, { at }: Process, id: number): State[] =>
  at === 'dead' && id in state.pendings && state.flights.every(({ by }) => by !== id)
    ? [{ ...state, pendings: without(state.pendings, id) }]
    : [];
