import { callerHashOf } from '../support/caller-keys';
import { type RunningStack, startStack } from '../support/running-stack';
import { audioFixture, spokenSample } from '../support/samples';
import { digestOf } from '../support/search-stores';
import { newConversationId, post, signatureOf, upload } from '../support/sender';

let running: RunningStack;

beforeAll(async () => {
  running = await startStack();
});
afterAll(() => running.close());

const url = (path: string) => `${running.stack.url}${path}`;
const [wav, mp3] = [spokenSample('caller.wav'), spokenSample('caller.mp3')];
const sample = (bytes: Buffer) => ({ format: 'base64', data: bytes.toString('base64') });
const enrolment = (fields: Record<string, unknown> = {}) =>
  JSON.stringify({
    type: 'caller_enrol',
    phone_number: '+31612345678',
    name: 'Ivan {x}',
    voice_sample: sample(wav),
    ...fields,
  });
const enrol = (fields: Record<string, unknown> = {}) => post(url('/callers'), enrolment(fields));
const callerOf = async (number: string) => (await running.ledger())[`CALLER#${callerHashOf(number)}`];
const storedOf = async (number: string) =>
  Object.keys(await running.objects()).filter((key) => key.startsWith(`callers/${callerHashOf(number)}/`));
const keyOf = (number: string, bytes: Buffer, format: string) =>
  `callers/${callerHashOf(number)}/${digestOf(bytes)}.${format}`;

describe('POST /callers', () => {
  it('given a sample, then it is stored as it came, the caller is known for a year, and the answer says nothing of them', async () => {
    const number = '+31612345678';

    const { status, json } = await enrol();

    expect([status, Object.keys(json).sort()]).toEqual([200, ['caller_known_until', 'enrolled_samples', 'status']]);
    const inAYearS = Date.now() / 1000 + 365 * 86_400;
    expect(Math.abs(Number(json['caller_known_until']) - inAYearS)).toBeLessThan(60);
    const key = keyOf(number, wav, 'wav');
    expect((await running.objects())[key]).toEqual(wav);
    expect(await callerOf(number)).toMatchObject({
      name: 'Ivan x',
      enrolled: [{ key, sha256: digestOf(wav), format: 'wav' }],
      expires_at: json['caller_known_until'],
    });
    expect(JSON.stringify(running.logs())).not.toMatch(new RegExp(`612345678|Ivan|${callerHashOf(number)}`));
  });

  it('given an upload of any conversation, then it is used and goes; what it replaces goes as well', async () => {
    const number = '+31612345670';
    await enrol({ phone_number: number });
    const { upload_id } = await upload(url('/uploads'), newConversationId(), mp3, { content_type: 'audio/mpeg' });

    const answer = await enrol({
      phone_number: '0031 6 1234 5670',
      name: null,
      voice_sample: undefined,
      voice_samples: [{ format: 'upload', upload_id }, sample(spokenSample('caller.ogg'))],
    });

    expect(answer).toMatchObject({ status: 200, json: { enrolled_samples: 2 } });
    expect((await storedOf(number)).sort()).toEqual(
      [keyOf(number, mp3, 'mp3'), keyOf(number, spokenSample('caller.ogg'), 'ogg')].sort(),
    );
    expect(await callerOf(number)).not.toHaveProperty('name');
    expect(Object.keys(await running.objects()).filter((key) => key.startsWith('uploads/'))).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, number, string, RegExp]>([
    ['another route’s type', { type: 'caller_erase' }, 400, 'INVALID_PAYLOAD', /type: /],
    ['a withheld number', { phone_number: 'anonymous' }, 400, 'INVALID_PAYLOAD', /phone_number: .*country code/],
    ['a number of 3 digits', { phone_number: '+311' }, 400, 'INVALID_PAYLOAD', /phone_number: .*no valid number/],
    ['no number', { phone_number: null }, 400, 'INVALID_PAYLOAD', /phone_number: /],
    ['no sample', { voice_sample: null }, 400, 'INVALID_PAYLOAD', /either voice_sample or voice_samples/],
    [
      'six samples',
      { voice_sample: undefined, voice_samples: Array.from({ length: 6 }, () => sample(wav)) },
      400,
      'INVALID_PAYLOAD',
      /voice_samples: /,
    ],
    [
      'a sample twice',
      { voice_sample: undefined, voice_samples: [sample(wav), sample(wav)] },
      400,
      'DUPLICATE_VOICE_SAMPLE',
      /2 of 2/,
    ],
    [
      'a sample of 2 s',
      { voice_sample: sample(audioFixture('too-short-2s.wav')) },
      400,
      'INVALID_VOICE_SAMPLE',
      /at least 3 s/,
    ],
    [
      'an upload that is not there',
      { voice_sample: { format: 'upload', upload_id: `x.${'0'.repeat(64)}` } },
      400,
      'UPLOAD_NOT_FOUND',
      /no such upload/,
    ],
  ])('given %s, then it is refused, and nothing is stored', async (_given, fields, status, error_code, message) => {
    const number = '+31612345671';
    const answer = await enrol({ phone_number: number, ...fields });

    expect(answer).toMatchObject({ status, json: { error_code, error_message: expect.stringMatching(message) } });
    expect(await storedOf(number)).toEqual([]);
    expect(await callerOf(number)).toBeUndefined();
  });
});

describe('the signed routes of callers', () => {
  const bodies = {
    '/callers': () => enrolment(),
    '/callers/erase': () => JSON.stringify({ type: 'caller_erase', phone_number: '+31612345672' }),
    '/callers/erasure': () => JSON.stringify({ type: 'erasure_status', erasure_id: '0'.repeat(32) }),
  };

  it.each(Object.entries(bodies))('given no or a wrong signature, then %s is not read', async (path, body) => {
    const wrong = { 'elevenlabs-signature': signatureOf(body(), { secret: 'x' }) };

    expect(await post(url(path), body(), { 'elevenlabs-signature': undefined })).toMatchObject({ status: 401 });
    expect(await post(url(path), body(), wrong)).toMatchObject({ status: 401 });
    expect(await callerOf('+31612345672')).toBeUndefined();
  });

  it('given each other’s bodies, then every route refuses them', async () => {
    for (const path of Object.keys(bodies))
      for (const [own, body] of Object.entries(bodies))
        if (own !== path) expect(await post(url(path), body())).toMatchObject({ status: 400 });
  });

  it('given a number that is none, or an erasure that nobody asked for, then it is said', async () => {
    const none = JSON.stringify({ type: 'caller_erase', phone_number: '0612345678' });

    expect(await post(url('/callers/erase'), none)).toMatchObject({
      status: 400,
      json: { error_message: expect.stringMatching(/phone_number: .*DEFAULT_COUNTRY/) },
    });
    expect(await post(url('/callers/erasure'), bodies['/callers/erasure']())).toMatchObject({
      status: 404,
      json: { error_code: 'ERASURE_NOT_FOUND' },
    });
  });
});
