import { buildWav } from '../fixtures/oversized-wav';
import { type RunningStack, startStack } from '../support/running-stack';
import { spokenSample } from '../support/samples';
import { newConversationId, post, preCallEvent, upload } from '../support/sender';

let running: RunningStack;

beforeAll(async () => {
  running = await startStack();
});

afterAll(async () => {
  await running.close();
});

const [wav, mp3] = [spokenSample('caller.wav'), spokenSample('caller.mp3')];
const uploadsUrl = () => `${running.stack.url}/uploads`;

describe('an upload that a pre-call names', () => {
  it.each<[string, (id: string) => Promise<string>, number, string, RegExp]>([
    [
      'is not there',
      (id) => Promise.resolve(`${id}.${'0'.repeat(64)}`),
      400,
      'UPLOAD_NOT_FOUND',
      /Upload the sample first/,
    ],
    [
      'belongs to another conversation',
      async () => (await upload(uploadsUrl(), newConversationId(), wav)).upload_id,
      400,
      'UPLOAD_FOREIGN',
      /another conversation/,
    ],
    [
      'has other bytes than announced',
      async (id) => (await upload(uploadsUrl(), id, mp3, { announced: wav })).upload_id,
      400,
      'UPLOAD_CHANGED',
      /SHA-256 [0-9a-f]{64}, but [0-9a-f]{64} was announced/,
    ],
    [
      'is of another type than announced',
      async (id) => (await upload(uploadsUrl(), id, mp3)).upload_id,
      400,
      'UPLOAD_CHANGED',
      /content of the upload is MP3, but WAV was announced/,
    ],
    [
      'is larger than announced and than allowed',
      async (id) => (await upload(uploadsUrl(), id, buildWav({ sizeBytes: 10_485_762 }), { announced: wav })).upload_id,
      413,
      'VOICE_SAMPLE_TOO_LARGE',
      /10485762 bytes; at most 10485760/,
    ],
    ['is a path', () => Promise.resolve('../x'), 400, 'INVALID_PAYLOAD', /upload_id: expected an id/],
    ['is empty', () => Promise.resolve(''), 400, 'INVALID_PAYLOAD', /upload_id: expected an id/],
  ])(
    'given that it %s, when it is used, then it is refused with its reason',
    async (_given, prepare, status, error_code, message) => {
      const conversation_id = newConversationId();
      const upload_id = await prepare(conversation_id);
      const requests = running.elevenLabs.seen.length;

      const event = preCallEvent({ conversation_id, voice_sample: { format: 'upload', upload_id } });
      const answer = await post(running.precallUrl, JSON.stringify(event));

      const json = { error_code, error_message: expect.stringMatching(message), conversation_id };
      expect(answer).toMatchObject({ status, json });
      expect(running.elevenLabs.seen).toHaveLength(requests);
    },
  );
});

describe('POST /uploads', () => {
  const request = {
    type: 'upload_request',
    conversation_id: 'conv_1',
    sha256: 'a'.repeat(64),
    content_type: 'audio/wav',
    size_bytes: 5000,
  };

  it('given a request, when it comes in, then the form fixes key, type, size and digest', async () => {
    const { status, json } = await post(uploadsUrl(), JSON.stringify(request));

    const fields = json['fields'] as Record<string, string>;
    const policy = JSON.parse(Buffer.from(fields['Policy']!, 'base64').toString()) as {
      conditions: unknown[];
      expiration: string;
    };
    expect(status).toBe(200);
    expect(json).toMatchObject({
      upload_id: `conv_1.${'a'.repeat(64)}`,
      url: expect.stringMatching(/^http/),
      expires_in: 900,
    });
    expect(policy.conditions).toEqual(
      expect.arrayContaining([
        { key: `uploads/conv_1/${'a'.repeat(64)}` },
        { 'Content-Type': 'audio/wav' },
        { 'x-amz-checksum-sha256': Buffer.from('a'.repeat(64), 'hex').toString('base64') },
        ['content-length-range', 5000, 5000],
      ]),
    );
    expect(Date.parse(policy.expiration) - Date.now()).toBeLessThanOrEqual(900_000);
  });

  it.each([
    ['a pre-call event', { ...preCallEvent() }, 400, 'INVALID_PAYLOAD', /type: /],
    ['another type', { ...request, type: 'pre_call' }, 400, 'INVALID_PAYLOAD', /type: /],
    ['a path as conversation id', { ...request, conversation_id: '../x' }, 400, 'INVALID_PAYLOAD', /conversation_id: /],
    [
      'a digest that is too short',
      { ...request, sha256: 'A'.repeat(63) },
      400,
      'INVALID_PAYLOAD',
      /sha256: expected 64 hex digits/,
    ],
    [
      'another content type',
      { ...request, content_type: 'video/mp4' },
      400,
      'INVALID_PAYLOAD',
      /content_type: expected one of/,
    ],
    ['a size of 0', { ...request, size_bytes: 0 }, 400, 'INVALID_PAYLOAD', /size_bytes: /],
    ['a size as text', { ...request, size_bytes: '5000' }, 400, 'INVALID_PAYLOAD', /size_bytes: /],
    [
      'a size over the limit',
      { ...request, size_bytes: 10_485_761 },
      413,
      'VOICE_SAMPLE_TOO_LARGE',
      /10485761 bytes; at most 10485760/,
    ],
    ['null', null, 400, 'INVALID_PAYLOAD', /body: /],
  ])('given %s, when it comes in, then it is refused', async (_given, json, status, error_code, message) => {
    const answer = await post(uploadsUrl(), JSON.stringify(json));

    expect(answer).toMatchObject({
      status,
      json: { status: 'error', error_code, error_message: expect.stringMatching(message) },
    });
  });

  it('given no signature, when it comes in, then it is refused unread', async () => {
    expect(await post(uploadsUrl(), JSON.stringify(request), { 'elevenlabs-signature': undefined })).toMatchObject({
      status: 401,
    });
  });
});
