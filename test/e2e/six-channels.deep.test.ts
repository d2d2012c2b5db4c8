import { callerHashOf } from '../support/caller-keys';
import { eventually, until } from '../support/eventually';
import { type PostCallStack, startPostCallStack } from '../support/postcall-stack';
import { everythingIn, placesWith } from '../support/search-stores';
import { post, signatureOf } from '../support/sender';
import { readWebhookCase } from '../support/webhook-case';

type Json = Record<string, unknown>;

/** A WhatsApp and an SMS conversation, and phone calls whose caller stands elsewhere or in another spelling. */
const channels = [
  'whatsapp-conversation',
  'sms-conversation',
  'only-system-caller-id',
  'sip-external-number-without-plus',
  'sip-external-number-as-json-number',
  'sip-failure-to-number-as-json-number',
];
const number = '+31612345678';

let running: PostCallStack;
beforeAll(async () => {
  running = await startPostCallStack({}, { SAMPLES_OUTLIVE_CALLS: 'true', ERASURE_SETTLE_SECONDS: '2' });
});
afterAll(() => running.close());

const send = async (path: string, body: Json) => {
  const text = JSON.stringify(body);
  const answer = await post(`${running.stack.url}${path}`, text, { 'elevenlabs-signature': signatureOf(text) });
  expect([path, answer.status]).toEqual([path, path === '/callers/erase' ? 202 : 200]);
  return answer.json;
};

/** A pre-call, its call, and the event at its end, as this channel names the caller. */
const play = async (name: string) => {
  const { before, route, body, ours, theirs } = readWebhookCase(name);
  const { voice_id } = await send(before!.route.replace('POST ', ''), before!.body);
  expect(running.elevenLabs.agent('agent_1').voiceId).toBe(voice_id);
  running.elevenLabs.addConversation({ conversationId: theirs, agentId: 'agent_1', status: 'done' });

  await send(route.replace('POST ', ''), body);

  await until(() => running.elevenLabs.clones().length === 0);
  expect(running.elevenLabs.agent('agent_1')).toEqual({ voiceId: 'ownVoice1', firstMessage: 'Hello' });
  await running.finishedCall(theirs);
  return { ids: [ours, theirs], voiceId: String(voice_id), theirs };
};

describe('one caller on six channels', () => {
  it('given pre-call, call and end on each, then the voice goes each time; after one erasure nothing is left', async () => {
    const played = [];
    for (const name of channels) played.push(await play(name));
    const [ids, voices] = [played.flatMap((each) => each.ids), played.map(({ voiceId }) => voiceId)];
    // The search sees what it is about to miss.
    for (const trace of [callerHashOf(number), ...ids, ...voices])
      expect(placesWith(await everythingIn(running), [trace])).not.toEqual([]);

    const { erasure_id } = await send('/callers/erase', { type: 'caller_erase', phone_number: number });
    const done = await eventually(async () => {
      const erasure = (await send('/callers/erasure', { type: 'erasure_status', erasure_id }))['erasure'] as Json;
      return erasure['state'] === 'done' ? erasure : undefined;
    });

    const after = await everythingIn(running);
    // What keeps late events out, and what a restore needs: digests alone.
    const marks = /^(DynamoDB (CALLER|RECORD|CONVERSATION|ERASURE|ERASURE_PAGE)#|S3 rights-log\/)/;
    const texts = [number.slice(1), '612345678', callerHashOf(number), ...ids, ...voices];
    expect(placesWith(after, texts).filter((place) => !marks.test(place))).toEqual([]);
    expect(placesWith(after, [number.slice(1), '612345678', ...voices])).toEqual([]);
    for (const [pk, item] of Object.entries(await running.ledger()))
      if (/^(CALLER|RECORD|CONVERSATION)#/.test(pk)) expect([pk, item['erased_at']]).toEqual([pk, expect.any(Number)]);
    expect(running.elevenLabs.state.conversations).toEqual([]);
    expect(running.elevenLabs.clones()).toEqual([]);
    expect(done['erased']).toMatchObject({ records: 6, transcripts: 5, conversations_at_elevenlabs: 6 });
    expect(done).toMatchObject({ remains_at_elevenlabs: { conversations: [] } });
    const receipt = done['receipt'] as { store: string; erased: Json }[];
    expect(receipt.map(({ store }) => store)).toEqual(['table', 'bucket', 'elevenlabs', 'backups']);
    expect(receipt.find(({ store }) => store === 'elevenlabs')).toMatchObject({
      erased: { conversations_at_elevenlabs: 6 },
    });
  });
});
