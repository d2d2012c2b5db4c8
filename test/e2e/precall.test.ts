import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningStack, startStack } from '../support/running-stack';
import { spokenSample } from '../support/samples';
import { type Answer, multipart, newConversationId, post, preCallEvent, signatureOf } from '../support/sender';

let running: RunningStack;

beforeAll(async () => {
  running = await startStack();
});

afterAll(async () => {
  await running.close();
});

const wav = spokenSample('caller.wav');
const sendJson = (fields: Record<string, unknown>): Promise<Answer> =>
  post(running.precallUrl, JSON.stringify(preCallEvent(fields)));

const sendForm = (fields: Record<string, unknown>): Promise<Answer> => {
  const metadata = JSON.stringify({ ...preCallEvent(fields), voice_sample: undefined });
  const { body, contentType } = multipart(['metadata', metadata], ['voice_sample', wav, 'a "strange" name.wav']);
  return post(running.precallUrl, body, { 'content-type': contentType, 'elevenlabs-signature': signatureOf(body) });
};

describe('POST /webhook/precall', () => {
  it.each<[string, string, (fields: Record<string, unknown>) => Promise<Answer>]>([
    ['JSON', 'agent_1', sendJson],
    [
      'JSON with a data: URL',
      'agent_2',
      (fields) => {
        const data = `data:audio/wav;base64,${wav.toString('base64')}`;
        return sendJson({ ...fields, voice_sample: { format: 'base64', data } });
      },
    ],
    ['multipart, signed in the header', 'agent_3', sendForm],
  ])('given %s, when it comes in, then the cloned voice is on the agent', async (_given, agentId, send) => {
    const conversation_id = newConversationId();

    const { status, json } = await send({ conversation_id, agent_id: agentId });

    const voiceId = String(json['voice_id']);
    expect(status).toBe(200);
    expect(json).toEqual({
      status: 'success',
      conversation_id,
      voice_id: expect.stringMatching(/^[A-Za-z0-9]+$/),
      voice_name: expect.stringMatching(/^Ivan_Clone_\d{8}_\d{6}_[0-9a-f]{8}$/),
      agent_updated: true,
      voice_reaches_caller: 'patched',
      recognised_by: 'agent',
      caller_info: { Name: 'Ivan', DateOfBirth: '11.12.2007' },
      processing_time_ms: expect.any(Number),
      type: 'conversation_initiation_client_data',
      dynamic_variables: { precall_conversation_id: conversation_id },
      // The agent allows no override.
      user_id: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const agent = running.elevenLabs.agent(agentId);
    expect(agent).toMatchObject({ voiceId, firstMessage: 'Hallo Ivan, fijn dat je belt!' });
    const request = running.elevenLabs.seen.findLast(({ operation }) => operation === 'createVoice')!;
    expect(request.form.find(({ name }) => name === 'files')!.bytes.equals(wav)).toBe(true);
    const objects = Object.entries(await running.objects()).filter(([key]) => key.includes(conversation_id));
    expect(objects).toEqual([[expect.stringMatching(/^samples\/.*\/[0-9a-f]{64}\.wav$/), wav]]);
    const ledger = await running.ledger();
    expect(ledger[`CONVERSATION#${conversation_id}`]).toMatchObject({
      work: { state: 'ready', voice_id: voiceId },
      agent_id: agentId,
    });
    expect(ledger[`VOICE#${voiceId}`]).toMatchObject({ state: 'live', users: { [conversation_id]: agentId } });
    expect(ledger[`AGENT#${agentId}`]).toMatchObject({
      baseline: { voice_id: 'ownVoice1', first_message: 'Hello' },
      activation: { conversation_id, voice_id: voiceId },
      pendings: {},
      version: 1,
    });
  });

  it('given no caller metadata, when it comes in, then the greeting and the answer do without', async () => {
    const { json } = await sendJson({ agent_id: 'agent_4', caller_metadata: null });

    expect(json).toMatchObject({ caller_info: {}, voice_name: expect.stringMatching(/^Caller_Clone_/) });
    expect(running.elevenLabs.agent('agent_4')).toMatchObject({ firstMessage: 'Hallo, fijn dat je belt!' });
  });

  it('given the same delivery again, when the first is done, then the answer is the same and nothing else happens', async () => {
    const body = JSON.stringify(preCallEvent({ agent_id: 'agent_5' }));
    const first = await post(running.precallUrl, body);
    const calls = running.elevenLabs.seen.length;

    const again = await post(running.precallUrl, body);

    expect(again).toMatchObject({ status: 200, json: first.json });
    expect(running.elevenLabs.seen).toHaveLength(calls);
  });

  it('given 8 deliveries at once, when all are answered, then there is one voice', async () => {
    const body = JSON.stringify(preCallEvent({ agent_id: 'agent_6' }));
    const voicesBefore = running.elevenLabs.clones().length;
    running.elevenLabs.failNext('createVoice', { kind: 'slow', ms: 500 });

    const answers = await Promise.all(Array.from({ length: 8 }, () => post(running.precallUrl, body)));

    const won = answers.filter(({ status }) => status === 200);
    const waiting = answers.filter(({ status }) => status !== 200);
    expect(won.length).toBeGreaterThanOrEqual(1);
    expect(new Set(won.map(({ json }) => json['voice_id'])).size).toBe(1);
    expect(running.elevenLabs.clones().length).toBe(voicesBefore + 1);
    for (const { status, json, headers } of waiting) {
      expect(status).toBe(503);
      expect(json).toMatchObject({ status: 'error', error_code: 'CLONE_IN_PROGRESS' });
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await post(running.precallUrl, body)).json).toEqual(won[0]!.json);
  });

  it('given a second caller of the same agent, when it comes in, then the baseline stays and the newest voice is on', async () => {
    await sendJson({ agent_id: 'agent_7' });
    const { json } = await sendJson({ agent_id: 'agent_7', caller_metadata: { name: 'Ada' } });

    expect(running.elevenLabs.agent('agent_7')).toMatchObject({ voiceId: json['voice_id'] });
    expect((await running.ledger())['AGENT#agent_7']).toMatchObject({
      version: 2,
      baseline: { voice_id: 'ownVoice1', first_message: 'Hello' },
      activation: { voice_id: json['voice_id'] },
    });
    const looks = running.elevenLabs.seen.filter(({ operation, id }) => operation === 'getAgent' && id === 'agent_7');
    // Each caller's pre-call reads the agent once beside the clone, for what it has and for how its calls can be served.
    expect(looks).toHaveLength(2);
  });

  it('given a whole call, when its log is read, then its events are there and nothing personal is', async () => {
    const conversation_id = newConversationId();
    const caller = { name: 'Zebulon', date_of_birth: '29.02.1904', phone_number: '+31612340987' };
    const body = JSON.stringify(preCallEvent({ conversation_id, agent_id: 'agent_8', caller_metadata: caller }));
    const signature = signatureOf(body);
    await post(running.precallUrl, body, { 'elevenlabs-signature': signature });

    const mine = running.logs().filter((line) => line['conversation_id'] === conversation_id);
    const ofRequest = running.logs().filter((line) => line['request_id'] === mine[0]!['request_id']);

    expect(ofRequest.map(({ event }) => event)).toEqual(
      expect.arrayContaining([
        'webhook_received',
        'signature_validated',
        'voice_clone_start',
        'voice_clone_success',
        'agent_update_start',
        'agent_update_success',
        'webhook_complete',
      ]),
    );
    expect(mine.every((line) => line['agent_id'] === 'agent_8')).toBe(true);
    for (const operation of ['get_agent', 'create_voice', 'patch_agent']) {
      const call = ofRequest.find((line) => line['operation'] === operation);
      expect(call).toMatchObject({ duration_ms: expect.any(Number), elevenlabs_request_id: expect.any(String) });
    }
    const everything = readFileSync(join(__dirname, '..', '..', running.stack.logFile), 'utf8');
    const secrets = [
      ...Object.values(caller),
      'Ivan',
      signature.split('v0=')[1]!,
      'sk_test_key',
      'wsec_test',
      running.elevenLabs.url,
    ];
    for (const secret of secrets) expect(everything).not.toContain(secret);
  });
});
