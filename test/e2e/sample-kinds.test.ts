import { type RunningStack, startStack } from '../support/running-stack';
import { audioFixture } from '../support/samples';
import { type Answer, newConversationId, post, preCallEvent, upload } from '../support/sender';

let running: RunningStack;

beforeAll(async () => {
  running = await startStack();
});

afterAll(async () => {
  await running.close();
});

const changed = (name: string, change: (file: Buffer) => void): Buffer => {
  const file = Buffer.from(audioFixture(name));
  change(file);
  return file;
};
const wav = 'wav-16khz-16bit.wav';
const withZerosBefore = Buffer.concat([Buffer.alloc(4_000), audioFixture('mp3-24khz-vbr-xing.mp3')]);
const withLineEndBehind = Buffer.concat([audioFixture('ogg-16khz-opus.ogg'), Buffer.from('\n')]);
const withSizeOfFile = changed(wav, (file) => file.writeUInt32LE(file.length, file.indexOf('data') + 4));
const silent = changed(wav, (file) => file.fill(0, file.indexOf('data') + 8));
const damaged = changed('ogg-16khz-opus.ogg', (file) => file.writeUInt8(file.at(-1)! ^ 1, file.length - 1));

const base64 = (bytes: Buffer) => ({ format: 'base64', data: bytes.toString('base64') });
const sendPreCall = (conversation_id: string, voice_sample: object): Promise<Answer> =>
  post(running.precallUrl, JSON.stringify(preCallEvent({ conversation_id, voice_sample })));

/** Every way in which a sample comes. */
const ways: readonly (readonly [string, (bytes: Buffer, content_type: string) => Promise<Answer>])[] = [
  ['POST /webhook/precall', (bytes) => sendPreCall(newConversationId(), base64(bytes))],
  [
    'POST /callers',
    (bytes) =>
      post(
        `${running.stack.url}/callers`,
        JSON.stringify({
          type: 'caller_enrol',
          phone_number: '+31612345678',
          name: 'Ivan',
          voice_sample: base64(bytes),
        }),
      ),
  ],
  [
    'POST /uploads',
    async (bytes, content_type) => {
      const conversationId = newConversationId();
      const { upload_id } = await upload(`${running.stack.url}/uploads`, conversationId, bytes, { content_type });
      return sendPreCall(conversationId, { format: 'upload', upload_id });
    },
  ],
];

describe.each(ways)('%s', (_way, send) => {
  it.each([
    ['an MP3 with zeros before it', withZerosBefore, 'audio/mpeg'],
    ['an OGG with a line end behind it', withLineEndBehind, 'audio/ogg'],
    ['a WAV that has the size of the file as that of its sound', withSizeOfFile, 'audio/wav'],
  ])('given %s, then it is accepted', async (_given, bytes, contentType) => {
    const { status, json } = await send(bytes, contentType);

    expect([status, json['error_message']]).toEqual([200, undefined]);
  });

  it.each<[string, Buffer, string, RegExp]>([
    ['silence', silent, 'audio/wav', /is silent/],
    ['a damaged OGG', damaged, 'audio/ogg', /damaged: the checksum of page \d+ is wrong/],
    ['a telephone recording', audioFixture('8khz.wav'), 'audio/wav', /8000 Hz; at least 16000 Hz.*ffmpeg -i/],
    ['an M4A', audioFixture('m4a.wav'), 'audio/wav', /is M4A \(AAC in MP4\);.*ffmpeg -i/],
    ['a FLAC', audioFixture('flac.wav'), 'audio/wav', /is FLAC;.*ffmpeg -i/],
  ])('given %s, then it is refused and named', async (_given, bytes, contentType, message) => {
    const answer = await send(bytes, contentType);

    const json = { error_code: 'INVALID_VOICE_SAMPLE', error_message: expect.stringMatching(message) };
    expect(answer).toMatchObject({ status: 400, json });
  });
});
