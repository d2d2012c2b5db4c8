import { requestDeadline } from '../../lambdas/platform/deadline';

const now = 1_767_225_600_000;
const clock = () => now;

describe('requestDeadline', () => {
  it.each([
    ['a fresh request', 27_000, now, 25_500],
    ['a request that waited for a cold start', 27_000, now - 5_000, 22_500],
    ['a function that is running out of time', 4_000, now, 2_500],
    ['a sample event of last year', 27_000, now - 31_536_000_000, 25_500],
    ['a sample event of the future', 27_000, now + 1, 25_500],
    ['no time left', 1_000, now, 0],
  ])('given %s, when asked, then 1.5 s are kept back', (_given, remainingMs, requestTimeMs, leftMs) => {
    expect(requestDeadline(remainingMs, requestTimeMs, clock).leftMs()).toBe(leftMs);
  });
});
