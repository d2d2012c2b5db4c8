import type { Connection } from '../../lambdas/elevenlabs/request';
import { deadlineAt } from '../../lambdas/platform/deadline';
import { keptProcedures } from '../../lambdas/voices/on-agent/kept-procedures';
import { startElevenLabs, type TestElevenLabs } from '../support/elevenlabs';
import { recordingLog } from '../support/recording-log';

let elevenLabs: TestElevenLabs;
let connection: Connection;

beforeEach(async () => {
  elevenLabs = await startElevenLabs({
    apiKey: 'sk',
    agents: [{ agentId: 'agent_1', voiceId: 'v', firstMessage: '' }],
  });
  connection = { baseUrl: elevenLabs.url, apiKey: () => Promise.resolve('sk'), log: recordingLog() };
});
afterEach(() => elevenLabs.close());

const draft = { procedure_id: 'prc_1', version_id: 'prcv_1', has_draft: true };
const other = { procedure_id: 'prc_2', version_id: 'prcv_2', has_draft: false };
const unpublished = { procedure_id: 'prc_3', version_id: null, has_draft: true };
const keep = (listed: readonly unknown[], procedures: Readonly<Record<string, string | null>>) => {
  elevenLabs.failNext('listProcedures', { kind: 'answer', status: 200, body: { procedures: listed } });
  const deadline = deadlineAt(Date.now() + 3000, Date.now);
  return keptProcedures('agent_1', { branchId: 'agtbranch_1', procedures }, deadline, { elevenLabs: connection });
};
const version = (procedure_id: string, version_id: string) => ({ procedure_id, version_id });

describe('keptProcedures', () => {
  it('given no drafts, then the PATCH leaves procedures out', async () => {
    expect(await keep([other], {})).toBeUndefined();
  });

  it('given drafts, then the PATCH names the published versions', async () => {
    expect(await keep([draft, other, unpublished], { prc_1: 'prcv_1', prc_2: 'prcv_2', prc_3: null })).toEqual({
      prc_1: version('prc_1', 'prcv_1'),
      prc_2: version('prc_2', 'prcv_2'),
    });
  });

  it('given a draft that was never published, and an agent without procedures, then none is named', async () => {
    expect(await keep([unpublished], {})).toEqual({});
  });

  it.each([
    ['procedures', [draft, other], {}],
    ['the version of a drafted procedure', [draft, unpublished], { prc_1: null }],
    ['one procedure', [draft, other, unpublished], { prc_1: 'prcv_1' }],
  ])('given drafts and an agent that does not show %s, then the PATCH is refused', async (_given, listed, shown) => {
    await expect(keep(listed, shown)).rejects.toMatchObject({ kind: 'refused', code: 'procedure_without_version' });
  });
});
