import * as fc from 'fast-check';
import { decodeAudio } from '../../lambdas/samples/base64-audio';

describe('decodeAudio', () => {
  const characters = fc.constantFrom(...'ABCxyz019+/=-_ \n!é,:'.split(''));

  it('given any text, when decoded, then the fast way and the careful way agree', () => {
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 12 }), (text) => {
        const payload = text.join('');
        // White space is skipped, and takes the careful way.
        expect(decodeAudio(payload)).toEqual(decodeAudio(`${payload}\n`));
      }),
      { numRuns: 20_000 },
    );
  });

  it('given bytes, when encoded and changed in one place, then they are decoded or refused as a whole', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), characters, (bytes, at, character) => {
        const encoded = Buffer.from(bytes).toString('base64');
        expect(decodeAudio(encoded)).toEqual(Buffer.from(bytes));
        const changed = Array.from(encoded);
        changed[at % encoded.length] = character;
        expect(decodeAudio(changed.join(''))).toEqual(decodeAudio(`${changed.join('')}\n`));
      }),
      { numRuns: 5_000 },
    );
  });
});
