import { listBranches } from '../../lambdas/elevenlabs/agent-branches';
import { getAgentSetup, getAgentWithSetup } from '../../lambdas/elevenlabs/agent-setup';
import { getAgent } from '../../lambdas/elevenlabs/agents';
import { deleteConversation } from '../../lambdas/elevenlabs/conversations';
import { ElevenLabsError } from '../../lambdas/elevenlabs/errors';
import type { Connection } from '../../lambdas/elevenlabs/request';
import { deleteVoice, findVoice, getVoice } from '../../lambdas/elevenlabs/voices';
import { deadlineAt } from '../../lambdas/platform/deadline';
import { type Fault, startElevenLabs, type TestElevenLabs } from '../support/elevenlabs';
import { recordingLog } from '../support/recording-log';
import { failure } from '../support/refusals';

const deadline = () => deadlineAt(Date.now() + 6000, Date.now);
const clone = { name: 'Ivan_Clone_20251210_123456_0badcafe', description: 'Clone [precall/0011223344556677]' };

/** How ElevenLabs says that an agent, or its branch, does not exist. */
const unknownAgents: readonly (readonly [string, number, object])[] = [
  ['agent_not_found', 404, { detail: { code: 'agent_not_found' } }],
  ['document_not_found', 404, { detail: { status: 'document_not_found', message: 'm' } }],
  ['branch_not_found', 404, { detail: { code: 'branch_not_found' } }],
  ['a type without a code', 404, { detail: { type: 'not_found', message: 'm' } }],
  ['a text', 404, { detail: "An agent with agent_id 'x' was not found." }],
];

let elevenLabs: TestElevenLabs;
let connection: Connection;

beforeEach(async () => {
  const agents = [{ agentId: 'agent_1', voiceId: 'ownVoice1', firstMessage: 'Hello' }];
  elevenLabs = await startElevenLabs({ apiKey: 'sk_test', agents });
  const pause = () => Promise.resolve();
  connection = { baseUrl: elevenLabs.url, apiKey: () => Promise.resolve('sk_test'), log: recordingLog(), pause };
});

afterEach(async () => {
  await elevenLabs.close();
});

describe('odd answers about agents', () => {
  it('given an empty voice id, when read, then the agent has no voice', async () => {
    const conversation_config = { tts: { voice_id: '' }, agent: { first_message: 'Hello' } };
    elevenLabs.failNext('getAgent', { kind: 'answer', status: 200, body: { conversation_config } });

    expect((await getAgent(connection, 'agent_1', deadline())).pair).toEqual({ first_message: 'Hello' });
  });

  it('given a procedure that cannot be read, when read, then its version is unknown, and the others are there', async () => {
    const conversation_config = { tts: { voice_id: 'ownVoice1' } };
    const procedures = { prc_1: { version_id: 'prcv_1' }, prc_2: null, prc_3: { version_id: 7 } };
    elevenLabs.failNext('getAgent', { kind: 'answer', status: 200, body: { conversation_config, procedures } });

    expect((await getAgent(connection, 'agent_1', deadline())).procedures).toEqual({
      prc_1: 'prcv_1',
      prc_2: null,
      prc_3: null,
    });
  });

  it.each(unknownAgents)('given %s, when an agent is read, then it is gone', async (_given, status, body) => {
    elevenLabs.failNext('getAgent', ...Array<Fault>(3).fill({ kind: 'answer', status, body }));

    for (const read of [getAgent, getAgentSetup, getAgentWithSetup])
      expect(await failure(read(connection, 'agent_1', deadline()))).toMatchObject({
        kind: 'refused',
        code: 'agent_not_found',
      });
  });

  it('given the answer of an unknown path, when an agent is read, then it is not gone', async () => {
    elevenLabs.failNext('getAgent', { kind: 'answer', status: 404, body: { detail: 'Not Found' } });

    expect(await failure(getAgent(connection, 'agent_1', deadline()))).toMatchObject({ code: 'http_404' });
  });

  it('given branches of which one cannot be read, when listed, then the others are there', async () => {
    const results = [null, { id: 'bad id' }, { id: 'agtbranch_1', name: 5 }];
    elevenLabs.failNext('listBranches', { kind: 'answer', status: 200, body: { results } });

    expect(await listBranches(connection, 'agent_1', deadline())).toMatchObject([
      { id: 'agtbranch_1', name: 'agtbranch_1' },
    ]);
  });
});

describe('odd answers about voices', () => {
  it.each([
    ['the new shape', 404, { detail: { type: 'not_found', code: 'voice_not_found', status: 'voice_not_found' } }],
    ['the old shape', 400, { detail: { status: 'voice_not_found', message: 'm' } }],
    ['another code', 400, { detail: { status: 'voice_does_not_exist', message: 'm' } }],
    ['a type without a code', 404, { detail: { type: 'not_found', message: 'm' } }],
    ['a text', 404, { detail: "A voice with voice_id 'x' was not found." }],
    ['a text with status 400', 400, { detail: 'Voice does not exist.' }],
  ])('given a missing voice in %s, when looked up and deleted, then it is gone', async (_given, status, body) => {
    elevenLabs.failNext('getVoice', { kind: 'answer', status, body });
    elevenLabs.failNext('deleteVoice', { kind: 'answer', status, body });

    expect(await getVoice(connection, 'voice_1', deadline())).toBeUndefined();
    await expect(deleteVoice(connection, 'voice_1', deadline())).resolves.toBeUndefined();
  });

  it.each([
    ['an unknown path', 404, { detail: 'Not Found' }],
    ['a missing workspace', 404, { detail: { code: 'workspace_not_found' } }],
    ['a refusal', 400, { detail: { status: 'voice_in_use', message: 'm' } }],
    ['the network', 404, '<html></html>'],
  ])('given %s, when a voice is deleted, then it does not count as deleted', async (_given, status, body) => {
    elevenLabs.failNext('deleteVoice', ...Array<Fault>(4).fill({ kind: 'answer', status, body }));

    await expect(deleteVoice(connection, 'voice_1', deadline())).rejects.toBeInstanceOf(ElevenLabsError);
  });

  it.each([
    ['200 without a body', { status: 200, body: '' }],
    ['204', { status: 204, body: '' }],
    ['200 with a text', { status: 200, body: 'ok' }],
    ['200 with a status', { status: 200, body: { status: 'ok' } }],
    ['200 with null', { status: 200, body: 'null' }],
  ])('given %s, when a voice is deleted, then it is deleted', async (_given, answered) => {
    elevenLabs.failNext('deleteVoice', { kind: 'answer', ...answered });

    await expect(deleteVoice(connection, 'voice_1', deadline())).resolves.toBeUndefined();
    elevenLabs.failNext('deleteConversation', { kind: 'answer', ...answered });
    expect(await deleteConversation(connection, 'conv_1', deadline())).toBe('deleted');
  });

  it.each([
    ['a page of the network', '<!DOCTYPE html><title>Sign in</title>'],
    ['an error', { detail: { status: 'system_busy', message: 'm' } }],
    ['an error in a text', { detail: 'Try again later.' }],
  ])('given 200 with %s, when something is deleted, then it does not count as deleted', async (_given, body) => {
    const answers = Array<Fault>(4).fill({ kind: 'answer', status: 200, body });
    elevenLabs.failNext('deleteVoice', ...answers);
    elevenLabs.failNext('deleteConversation', ...answers);

    for (const remove of [deleteVoice, deleteConversation])
      expect(await failure(remove(connection, 'id_1', deadline()))).toMatchObject({
        kind: 'unavailable',
        code: 'unexpected_answer',
      });
  });

  it('given a page with a voice that cannot be read, when searched, then the wanted one is found', async () => {
    const wanted = { voice_id: 'wanted1', name: clone.name, description: clone.description, created_at_unix: 'x' };
    const voices = [null, { voice_id: 'not an id' }, { voice_id: 'other1', name: 5 }, wanted];
    elevenLabs.failNext('listVoices', { kind: 'answer', status: 200, body: { voices } });

    expect(await findVoice(connection, clone, deadline())).toBe('wanted1');
  });
});
