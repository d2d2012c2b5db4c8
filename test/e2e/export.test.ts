import { strFromU8, unzipSync } from 'fflate';
import { callerHashOf as hashOf } from '../support/caller-keys';
import { eventually } from '../support/eventually';
import { postCallPayload, type PostCallStack, startPostCallStack } from '../support/postcall-stack';
import { spokenSample } from '../support/samples';
import { newConversationId, post, preCallEvent, signatureOf } from '../support/sender';

let running: PostCallStack;

beforeAll(async () => {
  const kept = { VOICE_RETENTION_SECONDS: '86400', SAMPLES_OUTLIVE_CALLS: 'true', ENABLE_AUDIO_STORAGE: 'true' };
  running = await startPostCallStack({}, { ...kept, ERASURE_SETTLE_SECONDS: '5' });
});
afterAll(() => running.close());

const number = '+31612345678';
const others = '+31687654321';
const nowS = () => Math.floor(Date.now() / 1000);
const send = (path: string, body: object) => {
  const text = JSON.stringify(body);
  return post(`${running.stack.url}${path}`, text, {
    'elevenlabs-signature': signatureOf(text, { timestampS: nowS() }),
  });
};
const sampleOf = (name: string) => ({ format: 'base64', data: spokenSample(name).toString('base64') });
const enrol = (phone_number: string) =>
  send('/callers', {
    type: 'caller_enrol',
    phone_number,
    name: 'Ada',
    voice_sample: sampleOf('caller.ogg'),
    consent: { given_at: nowS(), text_version: 'v1', source: 'web' },
  });
const call = async (phone_number: string, agent_id: string) => {
  const conversation_id = newConversationId();
  const event = preCallEvent({
    conversation_id,
    agent_id,
    caller_metadata: { name: 'Ada', phone_number },
    voice_sample: sampleOf('caller.wav'),
  });
  expect((await send('/webhook/precall', event)).status).toBe(200);
  running.elevenLabs.addConversation({ conversationId: conversation_id, agentId: agent_id, status: 'done' });
  const ended = postCallPayload('transcription', { conversation_id, agent_id, has_audio: false });
  const text = JSON.stringify({ ...ended, event_timestamp: nowS() }).replaceAll('+31612345678', phone_number);
  await send('/webhook/postcall', JSON.parse(text) as object);
  await running.finishedCall(conversation_id);
  await send('/webhook/postcall', postCallPayload('audio', { conversation_id, agent_id }));
  await eventually(async () => (await running.objects())[`recordings/${conversation_id}.mp3`]);
  return conversation_id;
};
interface Status {
  readonly state: string;
  readonly download: { url: string; url_expires_at: number; size_bytes: number; files: number } | null;
}
const begin = async (phone_number: string) => {
  const { status, json } = await send('/callers/export', { type: 'caller_export', phone_number });
  expect(status).toBe(202);
  return String(json['export_id']);
};
const statusOf = (export_id: string) => send('/callers/export/status', { type: 'export_status', export_id });
const ready = (id: string) =>
  eventually(async () => {
    const seen = (await statusOf(id)).json['export'] as Status;
    return seen.state === 'ready' ? seen : undefined;
  });
const download = async ({ download: link }: Status) => {
  const answer = await fetch(link!.url);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  expect([answer.status, bytes.length]).toEqual([200, link!.size_bytes]);
  const files = unzipSync(bytes);
  expect(Object.keys(files)).toHaveLength(link!.files);
  return files;
};
const linesOf = (file: Uint8Array | undefined) =>
  strFromU8(file ?? new Uint8Array())
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const readable = (item: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(item)
      .filter(([name]) => !name.startsWith('nonce_'))
      .map(([name, value]) => [name, value instanceof Set ? [...(value as Set<unknown>)] : value]),
  );

describe('the export of a caller', () => {
  it('given a caller with everything, then the archive has what the stores have of them, and nothing of another', async () => {
    await enrol(number);
    await enrol(others);
    const [id, another] = [await call(number, 'agent_1'), await call(others, 'agent_3')];
    // Nothing writes to the stores any more.
    await eventually(async () => (await running.ledger())[`CALLER#${hashOf(number)}`]);

    const status = await ready(await begin(number));
    const files = await download(status);

    const objects = await running.objects();
    const theirs = Object.keys(objects).filter((key) => key.includes(id) || key.includes(hashOf(number)));
    for (const kind of ['callers/', 'postcall/', 'transcripts/', 'recordings/'])
      expect(theirs.filter((key) => key.startsWith(kind))).not.toEqual([]);
    const inArchive = Object.keys(files).filter((name) => name.startsWith('objects/'));
    expect(inArchive.toSorted()).toEqual(theirs.map((key) => `objects/${key}`).toSorted());
    for (const key of theirs) expect(Buffer.from(files[`objects/${key}`]!).equals(objects[key]!)).toBe(true);
    const items = Object.entries(await running.ledger()).filter(
      ([pk, item]) =>
        !/^(EXPORT|VOICE|AGENT)/.test(pk) && (pk.includes(hashOf(number)) || item['caller_hash'] === hashOf(number)),
    );
    const exported = Object.keys(files)
      .filter((name) => name.startsWith('ledger/'))
      .flatMap((name) => linesOf(files[name]));
    expect(items.map(([pk]) => pk.split('#')[0]).toSorted()).toEqual(
      expect.arrayContaining(['CALLER', 'CONSENT', 'CONVERSATION', 'RECORD']),
    );
    for (const [pk, item] of items) expect(exported.find((each) => each['pk'] === pk)).toEqual(readable(item));
    expect(JSON.parse(strFromU8(files[`elevenlabs/conversations/${id}.json`]!))).toMatchObject({ conversation_id: id });
    expect(JSON.parse(strFromU8(files['manifest.json']!))).toMatchObject({ not_readable_at_elevenlabs: [] });
    const all = Object.entries(files).map(([name, bytes]) => name + Buffer.from(bytes).toString('latin1'));
    expect(all.filter((text) => text.includes(another) || text.includes(hashOf(others)))).toEqual([]);
    expect(status.download!.url_expires_at - nowS()).toBeLessThanOrEqual(900);
  });

  it('given an unknown caller, then the archive has a manifest and nothing else', async () => {
    const files = await download(await ready(await begin('+31644444444')));

    expect(Object.keys(files)).toEqual(['manifest.json']);
    expect(JSON.parse(strFromU8(files['manifest.json']!))).toMatchObject({
      files: { ledger: 0, objects: 0, elevenlabs: 0 },
    });
  });

  it('given an erasure, then no export begins during it, earlier archives go, and the receipt counts them', async () => {
    const exportId = await begin(number);
    const { download: link } = await ready(exportId);
    const erased = await send('/callers/erase', { type: 'caller_erase', phone_number: number });

    const during = await send('/callers/export', { type: 'caller_export', phone_number: number });
    const erasure = await eventually(async () => {
      const request = { type: 'erasure_status', erasure_id: erased.json['erasure_id'] };
      const seen = (await send('/callers/erasure', request)).json['erasure'] as Record<string, unknown>;
      return seen['state'] === 'done' ? seen : undefined;
    });

    expect([during.status, during.json['error_code']]).toEqual([409, 'ERASURE_RUNNING']);
    expect((erasure['erased'] as Record<string, number>)['exports']).toBeGreaterThanOrEqual(1);
    expect((await fetch(link!.url)).status).toBe(404);
    expect((await statusOf(exportId)).json['error_code']).toBe('EXPORT_NOT_FOUND');
    expect(Object.keys(await running.objects()).filter((key) => key.startsWith(`exports/${exportId}`))).toEqual([]);
    // What is left is no secret of the caller's: the evidence and the mark.
    const files = await download(await ready(await begin(number)));
    expect(Object.keys(files).toSorted()).toEqual(['ledger/caller.jsonl', 'ledger/consent.jsonl', 'manifest.json']);
  });

  it('given ids that nobody has, or a body that is not one, then the answer says so', async () => {
    expect((await statusOf('0'.repeat(32))).json['error_code']).toBe('EXPORT_NOT_FOUND');
    expect((await statusOf('x')).json['error_code']).toBe('INVALID_PAYLOAD');
    const bad = await send('/callers/export', { type: 'caller_export', phone_number: 'nobody' });
    expect([bad.status, bad.json['error_code']]).toEqual([400, 'INVALID_PAYLOAD']);
  });
});
