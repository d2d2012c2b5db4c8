import { type Moment, withoutRepeats } from '../../ops/story-moments';

const moments = (...words: string[]): Moment[] =>
  words.map((each, index) => ({
    atMs: index,
    words: each,
    isFault: false,
    service: undefined,
    elevenLabsRequestId: undefined,
  }));
const shown = (...words: string[]): string[] => withoutRepeats(moments(...words)).map(({ words: each }) => each);

describe('moments that repeat', () => {
  it('given a wait that is renewed, whatever its times, then it is told once, with how often and until when', () => {
    const round = (n: number): string[] => [`The agent is read: 200, ${n} ms`, `The job looks again in ${n % 5} s`];

    const found = withoutRepeats(moments('Before', ...round(1), ...round(2), ...round(3), ...round(4), 'After'));

    expect(found.map(({ words }) => words)).toEqual([
      'Before',
      ...round(1),
      'The same happened 3 more times until now',
      'After',
    ]);
    expect(found[3]!.atMs).toBe(8);
  });

  it('given what happens twice, or with other words between, then all of it is told', () => {
    expect(shown('a', 'b', 'a', 'b', 'c')).toEqual(['a', 'b', 'a', 'b', 'c']);
    expect(shown('a', 'x', 'a', 'y', 'a')).toEqual(['a', 'x', 'a', 'y', 'a']);
    expect(shown()).toEqual([]);
  });
});
