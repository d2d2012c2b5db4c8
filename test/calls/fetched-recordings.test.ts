import { type FixedAnswer, type FixedAnswers, startFixedAnswers } from '../support/fixed-answers';
import { type PostCallRig, startPostCallRig } from '../support/post-call-rig';
import { audioFixture } from '../support/samples';
import { newConversationId } from '../support/sender';

let answer: FixedAnswer;
let elevenLabs: FixedAnswers;
let rig: PostCallRig;

beforeAll(async () => {
  elevenLabs = await startFixedAnswers(() => answer);
  rig = await startPostCallRig(elevenLabs.url);
});
beforeEach(() => {
  rig.jobs.length = 0;
  rig.counted.length = 0;
});
afterAll(async () => {
  await rig.close();
  await elevenLabs.close();
});

const mp3 = audioFixture('mp3-44khz-cbr-id3v1-id3v2.mp3');
const id3 = (bytes: number) =>
  Buffer.concat([
    Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, bytes >> 21, (bytes >> 14) & 127, (bytes >> 7) & 127, bytes & 127]),
    Buffer.alloc(bytes),
  ]);
const want = (conversation_id: string, requested_at = Math.floor(rig.nowMs() / 1000)) =>
  rig.jobs.push({ kind: 'recording', conversation_id, requested_at });
const notFound: FixedAnswer = [404, { detail: { status: 'conversation_not_found', message: 'Gone.' } }];

describe('a recording that is fetched', () => {
  it.each([
    ['nothing', ''],
    ['JSON', '{"detail":"pending"}'],
    ['a page', '<html>'],
    ['WAV', audioFixture('wav-16khz-16bit.wav')],
    ['a tag without sound', id3(1000)],
    ['three megabytes of zeros', Buffer.alloc(3_000_000)],
  ])('given %s, then it is tried again, and nothing is kept; then the recording is', async (_given, body) => {
    const id = newConversationId();
    answer = [200, body];
    want(id);

    await expect(rig.processJob()).rejects.toMatchObject({ kind: 'unavailable', code: 'recording_not_mp3' });
    expect([await rig.keys(id), await rig.record(id)]).toEqual([[], undefined]);
    answer = [200, mp3];
    await rig.processJob();

    expect(await rig.keys(id)).toEqual([`recordings/${id}.mp3`]);
    expect(await rig.record(id)).toMatchObject({ recording_key: `recordings/${id}.mp3` });
  });

  it('given tags of 900 kB before 7 MB of sound, then all of it is kept', async () => {
    const id = newConversationId();
    const long = Buffer.concat([id3(900_000), ...Array<Buffer>(Math.ceil(7_000_000 / mp3.length)).fill(mp3)]);
    answer = [200, long];
    want(id);

    await rig.processJob();

    expect((await rig.bytes(`recordings/${id}.mp3`)).equals(long)).toBe(true);
  });

  it('given recordings that are no longer stored, when a job from before arrives, then none is fetched', async () => {
    const id = newConversationId();
    answer = [200, mp3];
    want(id);
    Object.assign(rig.settings, { storesAudio: false });

    await rig.processJob();

    Object.assign(rig.settings, { storesAudio: true });
    expect(await rig.keys(id)).toEqual([]);
    expect(await rig.record(id)).toBeUndefined();
  });

  it('given none for less than six hours, then it is tried again; after that it is given up', async () => {
    const id = newConversationId();
    answer = notFound;
    want(id, Math.floor(rig.nowMs() / 1000) - 6 * 3600 + 60);

    await expect(rig.processJob()).rejects.toMatchObject({ code: 'conversation_not_found' });
    rig.advance(61);
    await rig.processJob();

    expect(rig.jobs).toEqual([]);
    expect(rig.counted).toEqual(['RecordingsGivenUp']);
    expect(rig.log.lines.at(-1)).toMatchObject({ level: 'warn', event: 'recording_given_up' });
  });

  it('given a caller who is erased while the recording is fetched, then nothing of it is kept', async () => {
    const [id, nowS] = [newConversationId(), Math.floor(rig.nowMs() / 1000)];
    answer = [200, mp3];
    want(id);
    const addRecording: typeof rig.deps.records.addRecording = async (...args) => {
      expect(await rig.keys(id)).toHaveLength(1);
      await rig.deps.records.erase(id, nowS, nowS + 3600);
      return rig.deps.records.addRecording(...args);
    };

    await rig.processJob({ records: { ...rig.deps.records, addRecording } });

    expect(await rig.keys(id)).toEqual([]);
    expect(await rig.record(id)).not.toHaveProperty('recording_key');
    expect(rig.counted).toEqual([]);
  });

  it('given ElevenLabs is down for as long, then it is not given up', async () => {
    answer = [500, 'down'];
    want(newConversationId(), 0);

    await expect(rig.processJob()).rejects.toMatchObject({ code: 'http_500' });
  });
});
