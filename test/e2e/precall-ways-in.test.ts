import { buildWav } from '../fixtures/oversized-wav';
import { type RunningStack, startStack } from '../support/running-stack';
import { spokenSample } from '../support/samples';
import {
  type Answer,
  formSignatureOf,
  multipart,
  newConversationId,
  post,
  preCallEvent,
  upload,
} from '../support/sender';

let running: RunningStack;

beforeAll(async () => {
  running = await startStack();
});

afterAll(async () => {
  await running.close();
});

const [wav, mp3, ogg] = ['caller.wav', 'caller.mp3', 'caller.ogg'].map(spokenSample) as [Buffer, Buffer, Buffer];
const base64 = (bytes: Buffer) => ({ format: 'base64', data: bytes.toString('base64') });
const uploadsUrl = () => `${running.stack.url}/uploads`;
const metadataOf = (conversation_id: string) =>
  JSON.stringify({ ...preCallEvent({ conversation_id }), voice_sample: undefined });

const sendSignedForm = (
  metadata: string,
  samples: Buffer[],
  signature = formSignatureOf(metadata, samples),
  header?: string,
): Promise<Answer> => {
  const files = samples.map((sample, n) => ['voice_sample', sample, `voice-${n}`] as const);
  const { body, contentType } = multipart(['metadata', metadata], ...files, ['elevenlabs_signature', signature]);
  return post(running.precallUrl, body, { 'content-type': contentType, 'elevenlabs-signature': header });
};
const sendJson = (conversation_id: string, fields: object): Promise<Answer> =>
  post(running.precallUrl, JSON.stringify(preCallEvent({ conversation_id, ...fields })));
const sendUpload = async (conversation_id: string, bytes: Buffer): Promise<Answer> => {
  const { upload_id } = await upload(uploadsUrl(), conversation_id, bytes);
  return sendJson(conversation_id, { voice_sample: { format: 'upload', upload_id } });
};
const cloned = () => {
  const request = running.elevenLabs.seen.findLast(({ operation }) => operation === 'createVoice')!;
  return request.form.filter(({ name }) => name === 'files').map(({ bytes }) => bytes);
};

describe('POST /webhook/precall', () => {
  it.each<[string, Buffer[], (id: string) => Promise<Answer>]>([
    ['multipart, signed in the form field', [wav], (id) => sendSignedForm(metadataOf(id), [wav])],
    ['multipart with several samples', [ogg, wav, mp3], (id) => sendSignedForm(metadataOf(id), [ogg, wav, mp3])],
    [
      'JSON with several samples',
      [mp3, ogg],
      (id) => sendJson(id, { voice_sample: undefined, voice_samples: [base64(mp3), base64(ogg)] }),
    ],
    ['JSON with an upload', [wav], (id) => sendUpload(id, wav)],
    [
      'JSON with an upload beside a sample',
      [wav, ogg],
      async (id) => {
        const { upload_id } = await upload(uploadsUrl(), id, wav);
        return sendJson(id, { voice_sample: undefined, voice_samples: [{ format: 'upload', upload_id }, base64(ogg)] });
      },
    ],
    [
      'an upload of 9.5 MB',
      [buildWav({ sizeBytes: 9_961_472 })],
      (id) => sendUpload(id, buildWav({ sizeBytes: 9_961_472 })),
    ],
    [
      '4.4 MB of audio in JSON',
      [buildWav({ sizeBytes: 4_613_734 })],
      (id) => sendJson(id, { voice_sample: base64(buildWav({ sizeBytes: 4_613_734 })) }),
    ],
  ])(
    'given %s, when it comes in, then the voice is made of exactly these bytes and is on the agent',
    async (_given, samples, send) => {
      const conversation_id = newConversationId();

      const { status, json } = await send(conversation_id);

      expect({ status, json }).toMatchObject({
        status: 200,
        json: { status: 'success', conversation_id, agent_updated: true },
      });
      expect(cloned().map((bytes, n) => bytes.equals(samples[n]!))).toEqual(samples.map(() => true));
      const stored = Object.entries(await running.objects()).filter(([key]) =>
        key.startsWith(`samples/${conversation_id}/`),
      );
      expect(stored).toHaveLength(samples.length);
      expect(running.elevenLabs.agent('agent_1')).toMatchObject({ voiceId: json['voice_id'] });
    },
  );
});

describe('the signature in a form field', () => {
  const conversation_id = newConversationId();
  const metadata = metadataOf(conversation_id);
  const nowS = Math.floor(Date.now() / 1000);

  it.each<[string, () => Promise<Answer>, number, string]>([
    [
      'swapped audio',
      () => sendSignedForm(metadata, [mp3], formSignatureOf(metadata, [wav])),
      401,
      'INVALID_SIGNATURE',
    ],
    [
      'a second, unsigned sample',
      () => sendSignedForm(metadata, [wav, mp3], formSignatureOf(metadata, [wav])),
      401,
      'INVALID_SIGNATURE',
    ],
    [
      'samples in another order',
      () => sendSignedForm(metadata, [wav, mp3], formSignatureOf(metadata, [mp3, wav])),
      401,
      'INVALID_SIGNATURE',
    ],
    [
      'changed metadata',
      () => sendSignedForm(`${metadata} `, [wav], formSignatureOf(metadata, [wav])),
      401,
      'INVALID_SIGNATURE',
    ],
    [
      'another secret',
      () => sendSignedForm(metadata, [wav], formSignatureOf(metadata, [wav], { secret: 'x' })),
      401,
      'INVALID_SIGNATURE',
    ],
    ['an empty field', () => sendSignedForm(metadata, [wav], ''), 401, 'INVALID_SIGNATURE'],
    [
      'a header that is wrong beside a field that is right',
      () => sendSignedForm(metadata, [wav], formSignatureOf(metadata, [wav]), `t=${nowS},v0=${'0'.repeat(64)}`),
      401,
      'INVALID_SIGNATURE',
    ],
    [
      'an empty header beside a field that is right',
      () => sendSignedForm(metadata, [wav], undefined, ''),
      401,
      'INVALID_SIGNATURE',
    ],
    [
      'an expired field',
      () => sendSignedForm(metadata, [wav], formSignatureOf(metadata, [wav], { timestampS: nowS - 1860 })),
      400,
      'SIGNATURE_EXPIRED',
    ],
    [
      'metadata twice',
      () => {
        const signature = formSignatureOf(metadata, [wav]);
        const form = multipart(
          ['metadata', metadata],
          ['metadata', '{}'],
          ['voice_sample', wav, 'x'],
          ['elevenlabs_signature', signature],
        );
        return post(running.precallUrl, form.body, {
          'content-type': form.contentType,
          'elevenlabs-signature': undefined,
        });
      },
      400,
      'INVALID_PAYLOAD',
    ],
    ['no sample', () => sendSignedForm(metadata, []), 400, 'INVALID_PAYLOAD'],
    [
      'six samples',
      () =>
        sendSignedForm(
          metadata,
          [1, 2, 3, 4, 5, 6].map((n) => Buffer.from([n])),
        ),
      400,
      'INVALID_MULTIPART',
    ],
    ['the same sample twice', () => sendSignedForm(metadata, [wav, mp3, wav]), 400, 'DUPLICATE_VOICE_SAMPLE'],
  ])('given %s, when it comes in, then it is refused and nothing is made', async (_given, send, status, error_code) => {
    const requests = running.elevenLabs.seen.length;

    const answer = await send();

    expect(answer).toMatchObject({ status, json: { status: 'error', error_code } });
    expect(running.elevenLabs.seen).toHaveLength(requests);
    expect(Object.keys(await running.ledger()).filter((key) => key.includes(conversation_id))).toEqual([]);
    expect(Object.keys(await running.objects()).filter((key) => key.includes(conversation_id))).toEqual([]);
  });
});
