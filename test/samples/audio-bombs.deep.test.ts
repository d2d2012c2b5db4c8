import { measureSample } from '../../lambdas/samples/measure-sample';
import { audioBombs } from '../support/audio-bombs/all';

const fileBytes = 10_485_760;
const limits = { minDurationS: 3, minSampleRateHz: 16_000, maxBytes: fileBytes };
/** CPU time, far above what any of them costs: it is there for what would take minutes. `bench/` has the true bars. */
const maxCpuMs = 3_000;

describe('measureSample', () => {
  it.each(audioBombs.map((bomb) => ({ ...bomb, what: bomb.name })))(
    'given 10 MB of $what, when measured, then it is soon measured or refused',
    async ({ make, refusal }) => {
      const bytes = make(fileBytes);
      const started = process.cpuUsage();

      const outcome = await measureSample(bytes, limits).catch((error: unknown) => error);
      const cpu = process.cpuUsage(started);

      expect(bytes.length).toBeLessThanOrEqual(fileBytes);
      expect(cpu.user / 1_000).toBeLessThan(maxCpuMs);
      // What holds together may still hold no sound.
      const accepted = outcome instanceof Error ? /^The voice sample is silent/ : undefined;
      const expected = refusal ?? accepted;
      if (expected === undefined) expect(outcome).toHaveProperty('durationS');
      else expect(outcome).toMatchObject({ code: 'INVALID_VOICE_SAMPLE', message: expect.stringMatching(expected) });
    },
  );
});
