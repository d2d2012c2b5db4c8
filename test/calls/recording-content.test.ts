import type { AudioEvent } from '../../lambdas/calls/post-call-event';
import { pushedRecording } from '../../lambdas/calls/recording-content';
import { id3Tag, mp3Frame } from '../support/audio-bombs/mp3-bombs';
import { growsLinearly } from '../support/growth';
import { audioFixture } from '../support/samples';
import { audioOf, eventIn, payload } from './payloads';

const read = (bytes: Buffer) => pushedRecording(audioOf(bytes.toString('base64')));
const frames = (count: number): Buffer => Buffer.concat(Array<Buffer>(count).fill(mp3Frame(64)));
const tag = id3Tag(Buffer.alloc(9));

describe('pushedRecording', () => {
  it('given the sample, when read, then it is the recording byte for byte', () => {
    const audio = pushedRecording(eventIn(payload('audio')) as AudioEvent);

    expect(audio).toEqual({ ok: true, mp3: audioFixture('too-short-2s.mp3') });
  });

  it.each([
    ['a recording that is cut', audioFixture('cut.mp3')],
    ['variable bit rate', audioFixture('mp3-24khz-vbr-xing.mp3')],
    ['tags before and after', audioFixture('mp3-44khz-cbr-id3v1-id3v2.mp3')],
    ['a tag with a picture of 300 kB', Buffer.concat([id3Tag(Buffer.alloc(300_000, 0xff)), frames(2)])],
    ['padding after its tag', Buffer.concat([tag, Buffer.alloc(65_536), frames(2)])],
  ])('given an MP3 with %s, when read, then it is taken as it is', (_given, bytes) => {
    expect(read(bytes)).toEqual({ ok: true, mp3: bytes });
  });

  it.each([
    ['no field', undefined, 'missing', /has no full_audio/],
    ['null', null, 'missing', /has no full_audio/],
    ['an empty text', '', 'missing', /has no full_audio/],
    ['bytes', [1, 2], 'missing', /has no full_audio/],
    ['other characters', 'SUQz!', 'not_base64', /The 5 characters of full_audio are not base64/],
    ['a wrong length', 'SUQzA', 'not_base64', /are not base64/],
    [
      'WAV',
      audioFixture('wav-16khz-16bit.wav').toString('base64'),
      'not_mp3',
      /102444 bytes of full_audio are WAV; expected MP3/,
    ],
    ['OGG', audioFixture('ogg-16khz-opus.ogg').toString('base64'), 'not_mp3', /are OGG; expected MP3/],
    [
      'a page',
      Buffer.from('<html>').toString('base64'),
      'not_mp3',
      /6 bytes of full_audio are not a known audio format/,
    ],
    ['a tag alone', tag.toString('base64'), 'not_mp3', /not contain two consecutive MPEG layer III frames/],
    ['one frame alone', mp3Frame(64).toString('base64'), 'not_mp3', /not contain two/],
    [
      'frames of two sample rates',
      Buffer.concat([mp3Frame(64), Buffer.from([0xff, 0xfb, 0x90, 0x00])]).toString('base64'),
      'not_mp3',
      /not contain two/,
    ],
    [
      'a tag beyond its end',
      id3Tag(Buffer.alloc(99)).subarray(0, 60).toString('base64'),
      'not_mp3',
      /declares 109 bytes/,
    ],
    [
      'too much padding',
      Buffer.concat([tag, Buffer.alloc(65_537), frames(2)]).toString('base64'),
      'not_mp3',
      /within 65536 bytes after/,
    ],
    [
      '17 tags',
      Buffer.concat([...Array<Buffer>(17).fill(id3Tag(Buffer.alloc(70_000))), frames(2)]).toString('base64'),
      'not_mp3',
      /not contain two/,
    ],
  ] as const)('given %s, when read, then it is refused with what was found', (...[, full_audio, reason, problem]) => {
    expect(pushedRecording(audioOf(full_audio))).toEqual({
      ok: false,
      reason,
      problem: expect.stringMatching(problem),
    });
  });

  it('given megabytes without frames, when read, then they are refused, and the work grows with the bytes', async () => {
    const readBytes = (count: number) => read(Buffer.concat([tag, Buffer.alloc(count, 0xff)]));

    expect(readBytes(6_000_000)).toMatchObject({ ok: false, reason: 'not_mp3' });
    expect(await growsLinearly(6_000_000, readBytes)).toBe(true);
  });
});
