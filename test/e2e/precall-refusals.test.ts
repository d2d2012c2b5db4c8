import { buildWav } from '../fixtures/oversized-wav';
import { type RunningStack, startNewStack } from '../support/running-stack';
import { audioFixture, spokenSample } from '../support/samples';
import { type FormPart, multipart, newConversationId, post, preCallEvent, signatureOf } from '../support/sender';

let running: RunningStack;

beforeAll(async () => {
  running = await startNewStack();
});

afterEach(async () => {
  expect(await running.objects()).toEqual({});
  expect(Object.keys(await running.ledger())).toEqual([]);
  expect(await running.deletionJobs()).toBe(0);
  expect(running.elevenLabs.seen).toEqual([]);
});

afterAll(async () => {
  await running.close();
});

const conversation_id = newConversationId();
const event = (fields: Record<string, unknown> = {}) => JSON.stringify(preCallEvent({ conversation_id, ...fields }));
const nowS = () => Math.floor(Date.now() / 1000);
const error = (error_code: string, error_message: RegExp, id: string | null = conversation_id) => ({
  status: 'error',
  error_code,
  error_message: expect.stringMatching(error_message),
  conversation_id: id,
});

describe('POST /webhook/precall, wrongly signed', () => {
  const body = event();

  it.each<[string, () => string | undefined, number, string, RegExp]>([
    ['without a signature', () => undefined, 401, 'INVALID_SIGNATURE', /has no signature/],
    ['with an empty signature', () => '', 401, 'INVALID_SIGNATURE', /has no signature/],
    [
      'with another secret',
      () => signatureOf(body, { secret: 'wsec_other' }),
      401,
      'INVALID_SIGNATURE',
      /does not match/,
    ],
    ['with the signature of another body', () => signatureOf('{}'), 401, 'INVALID_SIGNATURE', /does not match/],
    ['with garbage', () => 'sha256=abc', 401, 'INVALID_SIGNATURE', /cannot be read/],
    ['expired', () => signatureOf(body, { timestampS: nowS() - 1860 }), 400, 'SIGNATURE_EXPIRED', /older than 1800 s/],
    [
      'forged and old',
      () => signatureOf(body, { secret: 'wsec_other', timestampS: nowS() - 9999 }),
      401,
      'INVALID_SIGNATURE',
      /does not match/,
    ],
    [
      'from the future',
      () => signatureOf(body, { timestampS: nowS() + 400 }),
      401,
      'INVALID_SIGNATURE',
      /300 s in the future/,
    ],
  ])(
    'given an event %s, when it comes in, then it is refused unread',
    async (_given, signature, status, code, message) => {
      const answer = await post(running.precallUrl, body, { 'elevenlabs-signature': signature() });

      expect(answer).toMatchObject({ status, json: error(code, message, null) });
    },
  );
});

const base64 = { format: 'base64', data: 'UklG' };
const sampleFaults: [string, Record<string, unknown>, RegExp][] = [
  ['a sample without a form', { voice_sample: { data: 'UklG' } }, /voice_sample\.format: /],
  ['sample data as a number', { voice_sample: { format: 'base64', data: 1 } }, /voice_sample\.data: /],
  ['empty sample data', { voice_sample: { format: 'base64', data: '' } }, /voice_sample\.data: /],
  ['an upload without an id', { voice_sample: { format: 'upload' } }, /upload_id: /],
  ['both forms of samples', { voice_samples: [base64] }, /either voice_sample or voice_samples/],
  ['no samples in a list', { voice_sample: undefined, voice_samples: [] }, /voice_samples: /],
  ['six samples', { voice_sample: undefined, voice_samples: Array(6).fill(base64) }, /voice_samples: /],
];

describe('POST /webhook/precall, not valid', () => {
  it.each<[string, string, string, RegExp, string | null]>([
    ['no JSON', '{"type":', 'INVALID_JSON', /not valid JSON \(8 bytes\)/, null],
    ['an empty body', '', 'INVALID_JSON', /0 bytes/, null],
    ['null', 'null', 'INVALID_PAYLOAD', /body: /, null],
    ['an array', '[]', 'INVALID_PAYLOAD', /body: /, null],
    ['a number', '7', 'INVALID_PAYLOAD', /body: /, null],
    ['another type', event({ type: 'upload_request' }), 'INVALID_PAYLOAD', /type: .*"pre_call"/, conversation_id],
    ['no type', event({ type: undefined }), 'INVALID_PAYLOAD', /type: /, conversation_id],
    ['no conversation id', event({ conversation_id: undefined }), 'INVALID_PAYLOAD', /conversation_id: /, null],
    ['a path as conversation id', event({ conversation_id: '../../x' }), 'INVALID_PAYLOAD', /conversation_id: /, null],
    ['no agent id', event({ agent_id: undefined }), 'INVALID_PAYLOAD', /agent_id: /, conversation_id],
    ['a path as agent id', event({ agent_id: 'a/../b' }), 'INVALID_PAYLOAD', /agent_id: /, conversation_id],
    ['a null agent id', event({ agent_id: null }), 'INVALID_PAYLOAD', /agent_id: /, conversation_id],
    ['metadata as a text', event({ caller_metadata: 'x' }), 'INVALID_PAYLOAD', /caller_metadata: /, conversation_id],
    [
      'a name as a number',
      event({ caller_metadata: { name: 1 } }),
      'INVALID_PAYLOAD',
      /caller_metadata\.name: /,
      conversation_id,
    ],
    ['no sample', event({ voice_sample: undefined }), 'INVALID_PAYLOAD', /voice_sample: /, conversation_id],
    [
      'a sample of another form',
      event({ voice_sample: { format: 'hex', data: 'ff' } }),
      'INVALID_PAYLOAD',
      /format: /,
      conversation_id,
    ],
    [
      'a date of birth as a number',
      event({ caller_metadata: { date_of_birth: 2007 } }),
      'INVALID_PAYLOAD',
      /date_of_birth: /,
      conversation_id,
    ],
    [
      'a phone number as a fraction',
      event({ caller_metadata: { phone_number: 31.5 } }),
      'INVALID_PAYLOAD',
      /phone_number: /,
      conversation_id,
    ],
    [
      'an endless name',
      event({ caller_metadata: { name: 'x'.repeat(257) } }),
      'INVALID_PAYLOAD',
      /name: .*256/,
      conversation_id,
    ],
    [
      'a null sample',
      event({ voice_sample: null }),
      'INVALID_PAYLOAD',
      /either voice_sample or voice_samples/,
      conversation_id,
    ],
    ...sampleFaults.map(([what, fields, message]): [string, string, string, RegExp, string] => [
      what,
      event(fields),
      'INVALID_PAYLOAD',
      message,
      conversation_id,
    ]),
    [
      'a sample that is no base64',
      event({ voice_sample: { format: 'base64', data: '*' } }),
      'INVALID_PAYLOAD',
      /voice_sample\.data: expected base64/,
      conversation_id,
    ],
  ])('given %s, when it comes in, then the field at fault is named', async (_given, body, code, message, id) => {
    expect(await post(running.precallUrl, body)).toMatchObject({ status: 400, json: error(code, message, id) });
  });
});

describe('POST /webhook/precall, with a sample that is not fit', () => {
  it.each<[string, RegExp]>([
    ['too-short-2s.wav', /lasts 2 s; at least 3 s are needed/],
    ['too-short-2s.mp3', /lasts 2 s; at least 3 s are needed/],
    ['too-short-2s.ogg', /lasts 2 s; at least 3 s are needed/],
    ['8khz.wav', /8000 Hz; at least 16000 Hz is needed/],
    ['8khz.mp3', /8000 Hz; at least 16000 Hz is needed/],
    ['8khz.ogg', /8000 Hz; at least 16000 Hz is needed/],
    ['cut.wav', /the header declares 102400 bytes of audio, but only 51178 are present/],
    ['cut.mp3', /header claims 3\.26 s and its frames last 1\.6 s/],
    ['cut.ogg', /ends in page 4, after 6743 bytes/],
    ['cut-in-header.ogg', /ends in page 2, after 3009 bytes/],
    ['garbage.wav', /neither WAV nor MP3 nor OGG/],
    ['html.wav', /is an HTML page; WAV, MP3 and OGG are accepted\. It is not a recording/],
    ['flac.wav', /is FLAC; WAV, MP3 and OGG are accepted\. Convert it .* ffmpeg -i/],
    ['m4a.wav', /is M4A \(AAC in MP4\); WAV, MP3 and OGG are accepted\. Convert it/],
    ['../sounds/silence.mp3', /is silent/],
    ['../sounds/silence.ogg', /is silent/],
  ])('given %s, when it comes in, then it is refused with value and limit', async (name, message) => {
    const body = event({ voice_sample: { format: 'base64', data: audioFixture(name).toString('base64') } });

    const answer = await post(running.precallUrl, body);

    expect(answer).toMatchObject({ status: 400, json: error('INVALID_VOICE_SAMPLE', message) });
  });
});

describe('POST /webhook/precall as multipart, not valid', () => {
  const metadata: FormPart = ['metadata', event({ voice_sample: undefined })];
  const sample: FormPart = ['voice_sample', spokenSample('caller.ogg'), 'voice.ogg'];

  it.each<[string, FormPart[], string, RegExp, string | null]>([
    ['no metadata', [sample], 'INVALID_PAYLOAD', /the part metadata is missing/, null],
    ['no sample', [metadata], 'INVALID_PAYLOAD', /the part voice_sample is missing/, null],
    ['metadata twice', [metadata, metadata, sample], 'INVALID_PAYLOAD', /metadata occurs 2 times/, null],
    ['an unknown part', [metadata, sample, ['more', 'x']], 'INVALID_PAYLOAD', /none of metadata, voice_sample/, null],
    ['metadata that is no JSON', [['metadata', 'x'], sample], 'INVALID_JSON', /metadata is not valid JSON/, null],
    ['an empty sample', [metadata, ['voice_sample', '', 'x.wav']], 'INVALID_VOICE_SAMPLE', /0 bytes/, conversation_id],
  ])('given %s, when it comes in, then it is refused', async (_given, parts, code, message, id) => {
    const { body, contentType } = multipart(...parts);

    const answer = await post(running.precallUrl, body, { 'content-type': contentType });

    expect(answer).toMatchObject({ status: 400, json: error(code, message, id) });
  });

  it('given a body that is cut, when it comes in, then it is refused', async () => {
    const { body, contentType } = multipart(metadata, sample);

    const answer = await post(running.precallUrl, body.subarray(0, 5000), { 'content-type': contentType });

    expect(answer).toMatchObject({ status: 400, json: error('INVALID_MULTIPART', /truncated|middle/, null) });
  });
});

describe('what there is no route for', () => {
  it.each([
    ['another path', 'POST', '/webhook/precalls'],
    ['another method', 'GET', '/webhook/precall'],
  ])(
    'given %s, when it comes in, then the template’s answer for it is given, in the error shape of the API',
    async (_given, method, path) => {
      const answer = await fetch(`${running.stack.url}${path}`, { method });

      expect(answer.status).toBe(404);
      expect(answer.headers.get('content-type')).toBe('application/json');
      expect(await answer.json()).toEqual(error('ROUTE_NOT_FOUND', /Check the path and the method/, null));
    },
  );
});

describe('POST /webhook/precall beyond the limits of AWS', () => {
  it.each([
    ['6 MB, as one event of Lambda', 6_500_000, '{"message": "Request Too Long"}'],
    ['10 MB, of API Gateway', 11_000_000, '{"message": "Request Too Long"}'],
  ])('given a body beyond %s, when it comes in, then AWS refuses it in its own words', async (...given) => {
    const [, sizeBytes, words] = given;
    const body = event({ voice_sample: { format: 'base64', data: 'A'.repeat(sizeBytes) } });
    const headers = { 'content-type': 'application/json', 'elevenlabs-signature': signatureOf(body) };

    const answer = await fetch(running.precallUrl, { method: 'POST', headers, body });

    expect([answer.status, await answer.text()]).toEqual([413, words]);
  });

  it('given a sample of 4.4 MB, when it comes in as JSON, then its size is no reason to refuse it', async () => {
    const tooFewHz = buildWav({ sizeBytes: 4_400_000 }, { sampleRateHz: 8000 }).toString('base64');

    const answer = await post(running.precallUrl, event({ voice_sample: { format: 'base64', data: tooFewHz } }));

    expect(answer).toMatchObject({ status: 400, json: error('INVALID_VOICE_SAMPLE', /8000 Hz/) });
  });
});
