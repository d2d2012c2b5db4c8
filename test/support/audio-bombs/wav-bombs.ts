import { buildWav } from '../../fixtures/oversized-wav';
import { type AudioBomb, filled, repeated } from './audio-bomb';
import { id3Tag } from './mp3-bombs';

/** A RIFF chunk with its header, padded to an even length. */
export const riffChunk = (id: string, body: Buffer, claimedBytes = body.length): Buffer => {
  const header = Buffer.alloc(8);
  header.write(id, 'latin1');
  header.writeUInt32LE(claimedBytes, 4);
  return Buffer.concat([header, body, Buffer.alloc(body.length % 2)]);
};

const spoken = buildWav({ durationS: 4 });
const riffAndFormat = spoken.subarray(0, 36);
const data = spoken.subarray(36);

const withChunk = (id: string, start: string, unit: Buffer) => (sizeBytes: number) => {
  const room = sizeBytes - spoken.length - 8;
  const body = filled(room - (room % 2), Buffer.from(start, 'latin1'), unit);
  return Buffer.concat([riffAndFormat, riffChunk(id, body), data]);
};

const list = riffChunk('LIST', Buffer.from('INFO'));
const info = riffChunk('INAM', Buffer.from('a\0'));

/** WAV files that cost a parser seconds, or look as if they could. */
export const wavBombs: readonly AudioBomb[] = [
  {
    name: 'WAV: empty chunks before the data',
    make: (size) => filled(size, riffAndFormat, riffChunk('JUNK', Buffer.alloc(0)), data),
    refusal: /more than 100 chunks/,
  },
  {
    name: 'WAV: tiny LIST chunks before the data',
    make: (size) => filled(size, riffAndFormat, Buffer.concat([list, info]), data),
    refusal: /more than 100 chunks/,
  },
  {
    name: 'WAV: empty chunks after the data',
    make: (size) => filled(size, spoken, riffChunk('JUNK', Buffer.alloc(0))),
  },
  { name: 'WAV: one LIST INFO of tiny entries', make: withChunk('LIST', 'INFO', info) },
  { name: 'WAV: one LIST INFO of empty entries', make: withChunk('LIST', 'INFO', riffChunk('IART', Buffer.alloc(0))) },
  { name: 'WAV: LISTs within a LIST', make: withChunk('LIST', 'adtl', riffChunk('LIST', Buffer.from('INFO'))) },
  {
    name: 'WAV: an ID3 tag of tiny frames in a chunk',
    make: (size) => {
      const frames = repeated(Buffer.from('TALB\0\0\0\x01\0\0\0', 'latin1'), size - spoken.length - 32);
      return Buffer.concat([riffAndFormat, riffChunk('id3 ', id3Tag(frames)), data]);
    },
  },
  { name: 'WAV: 10 MB of sound', make: (size) => buildWav({ sizeBytes: size }) },
];
