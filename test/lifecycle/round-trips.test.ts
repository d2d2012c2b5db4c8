import { agentSetups } from '../../lambdas/ledger/agent-setups';
import { agents } from '../../lambdas/ledger/agents';
import { callers } from '../../lambdas/ledger/callers';
import { conversations } from '../../lambdas/ledger/conversations';
import { voices } from '../../lambdas/ledger/voices';
import type { PreCallDeps } from '../../lambdas/voices/pre-call/deps';
import { type PreCallRig, startPreCallRig } from '../support/pre-call-rig';

/** A request to the ledger, by its place in the order of all that began and ended. */
interface Trip {
  readonly name: string;
  readonly from: number;
  until: number;
}

/** Notes when requests to the ledger and the clone begin and end, in the order in which that happens. */
const observed = (
  rig: PreCallRig,
): { readonly trips: Trip[]; readonly clone: Trip; readonly deps: Partial<PreCallDeps> } => {
  const trips: Trip[] = [];
  const clone: Trip = { name: 'clone', from: NaN, until: NaN };
  let order = 0;
  const counting = new Proxy(rig.table, {
    get: (table, name) => {
      const method = Reflect.get(table, name) as (...args: readonly unknown[]) => unknown;
      return (...args: readonly unknown[]): unknown => {
        const answer = method(...args);
        if (!(answer instanceof Promise)) return answer;
        const trip = { name: `${String(name)} ${String(args[0])}`, from: (order += 1), until: Infinity };
        trips.push(trip);
        return answer.finally(() => (trip.until = order += 1));
      };
    },
  });
  const { log } = rig;
  const info: typeof log.info = (event, fields) => {
    if (event === 'voice_clone_start') Object.assign(clone, { from: (order += 1) });
    if (event === 'voice_clone_success') Object.assign(clone, { until: (order += 1) });
    log.info(event, fields);
  };
  const deps = {
    conversations: conversations(counting),
    agents: agents(counting),
    setups: agentSetups(counting),
    voices: voices(counting),
    callers: callers(counting),
    callerHash: () => Promise.resolve('caller_1'),
    log: { ...log, info },
  };
  return { trips, clone, deps };
};

/** How many of these requests at most had to wait for another one. */
const sequential = (trips: readonly Trip[]): number => {
  let count = 0;
  let free = -Infinity;
  for (const { from, until } of trips.toSorted((a, b) => a.until - b.until)) {
    if (from < free) continue;
    count += 1;
    free = until;
  }
  return count;
};

describe('the requests to DynamoDB that a pre-call waits for', () => {
  let rig: PreCallRig;

  beforeAll(async () => {
    rig = await startPreCallRig();
    // The agent and the caller are known from now on.
    await rig.run('conv_before', { deps: observed(rig).deps });
  }, 60_000);

  afterAll(() => rig.close());

  it('given a known caller and agent, then two come before the clone, and three after it', async () => {
    const { trips, clone, deps } = observed(rig);

    await rig.run('conv_1', { deps });

    const before = trips.filter(({ until }) => until < clone.from);
    const after = trips.filter(({ from }) => from > clone.until);
    // The caller (while the sample is measured), then the claim beside the agent.
    expect(sequential(before)).toBeLessThanOrEqual(2);
    // The conversation beside the voice, the agent's activation, then its confirmation beside the answer.
    expect(sequential(after)).toBeLessThanOrEqual(3);
    expect(trips.length).toBeLessThanOrEqual(12);
  }, 60_000);

  it('given a new caller, then the caller is updated once, and no trip more is waited for', async () => {
    const { trips, clone, deps } = observed(rig);

    await rig.run('conv_2', { deps: { ...deps, callerHash: () => Promise.resolve('caller_2') } });

    expect(trips.map(({ name }) => name).filter((name) => name === 'tryUpdate CALLER#caller_2')).toHaveLength(1);
    expect(sequential(trips.filter(({ from }) => from > clone.until))).toBeLessThanOrEqual(3);
  }, 60_000);
});
