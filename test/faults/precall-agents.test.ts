import * as z from 'zod';
import { until } from '../support/eventually';
import { type PreCallRig, startPreCallRig } from '../support/pre-call-rig';

const row = z.looseObject({});
let rig: PreCallRig;

beforeEach(async () => {
  rig = await startPreCallRig();
});

afterEach(async () => {
  await rig.close();
});

describe('preCall, on an agent that others change too', () => {
  it('given a voice of ours on an idle agent, then it never becomes the baseline', async () => {
    await rig.run('conv_1');
    await rig.table.update('AGENT#agent_1', {
      UpdateExpression: 'REMOVE activation',
    });

    await rig.run('conv_2');

    expect(await rig.table.get('AGENT#agent_1', row)).toMatchObject({
      baseline: { voice_id: 'ownVoice1', first_message: 'Hello' },
    });
  });

  it('given a PATCH that lands after a newer one, then the newest is applied again', async () => {
    rig.elevenLabs.failNext('patchAgent', { kind: 'slow', ms: 500 });

    const late = rig.run('conv_late');
    await until(() => rig.elevenLabs.seen.some(({ operation }) => operation === 'patchAgent'));
    const newest = await rig.run('conv_newest');
    const superseded = await late;

    expect(superseded.agent_updated).toBe(true);
    expect(rig.elevenLabs.agent('agent_1')).toMatchObject({ voiceId: newest.voice_id });
    expect(await rig.table.get('AGENT#agent_1', row)).toMatchObject({ version: 2, pendings: {} });
  });

  it('given 6 callers at once, then the agent ends with the newest, and every PATCH is accounted for', async () => {
    await Promise.all(Array.from({ length: 6 }, (_, n) => rig.run(`conv_${n}`, { leftMs: 150_000 })));

    const agent = z
      .looseObject({ activation: z.looseObject({ voice_id: z.string() }) })
      .parse(await rig.table.get('AGENT#agent_1', row));
    expect(agent).toMatchObject({ version: 6, pendings: {}, baseline: { voice_id: 'ownVoice1' } });
    expect(rig.elevenLabs.agent('agent_1')).toMatchObject({ voiceId: agent.activation.voice_id });
  });

  it('given a PATCH whose first try may still land, then its entry stays until that is over', async () => {
    rig.elevenLabs.failNext('patchAgent', { kind: 'reset' });

    const { voice_id } = await rig.run('conv_1');

    const { pendings } = z
      .object({ pendings: z.record(z.string(), z.looseObject({})) })
      .parse(await rig.table.get('AGENT#agent_1', row));
    expect(Object.values(pendings)).toMatchObject([{ voice_id, until: expect.any(Number) }]);
  });
});
