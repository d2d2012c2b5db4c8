import { InvalidAudioError } from './audio-structure';

const maxComments = 1_000;

/**
 * Checks that the comments of a Vorbis or Opus header are few and within their packet, without reading them. `offset`
 * is where the vendor's name starts. Throws `InvalidAudioError` for more than 1,000 comments, or if one exceeds the
 * packet.
 *
 * @see https://xiph.org/vorbis/doc/v-comment.html
 */
export const checkVorbisComments = (packet: Buffer, offset: number): void => {
  const lengthAt = (position: number): number => {
    if (position + 4 > packet.length)
      throw new InvalidAudioError(
        `The OGG's comments claim more than the ${packet.length} bytes of their packet. ` +
          'Export the recording without tags and resend it.',
      );
    return packet.readUInt32LE(position);
  };
  let position = offset + 4 + lengthAt(offset);
  const comments = lengthAt(position);
  if (comments > maxComments)
    throw new InvalidAudioError(
      `The OGG has ${comments} comments; at most ${maxComments} are accepted. ` +
        'Export the recording without tags and resend it.',
    );
  position += 4;
  for (let comment = 0; comment < comments; comment += 1) position += 4 + lengthAt(position);
  if (position > packet.length) lengthAt(position);
};
