import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';
import { live } from './history/check-histories';
import * as bugs from './history/planted-bugs';
let rig: LifecycleRig;
beforeAll(async () => { rig = await startLifecycleRig(); });
afterAll(() => rig.close());
const c = (agent: 1|2|3) => ({ agent, caller: 0 as const, sample: 'a' as const });
it('users', async () => {
  const r = await live({ retainS: 7200, activation: 'patch', calls: [c(1), c(2)], steps: [{ do: 'deliver', call: 0 }, { do: 'deliver', call: 1 }, { do: 'end', call: 0, by: 'id' }, { do: 'workOff' }] }, rig, bugs.noUsersCheck).catch((e: unknown) => e);
  console.log(r, rig.log.lines.map((l) => l.event + JSON.stringify(l.fields).slice(0, 150)).slice(0,70).join('\n'));
});
it('pendings', async () => {
  const r = await live({ retainS: 0, activation: 'patch', calls: [c(1), c(2)], steps: [{ do: 'fault', fault: { operation: 'patchAgent', effect: 'before', action: { kind: 'slow', ms: 500 } } }, { do: 'deliver', call: 0, leftMs: 200 }, { do: 'end', call: 0, by: 'id' }, { do: 'workOff' }] }, rig, bugs.noPendings).catch((e: unknown) => e);
  console.log(r, rig.log.lines.map((l) => l.event + JSON.stringify(l.fields).slice(0, 150)).slice(0,70).join('\n'));
});
