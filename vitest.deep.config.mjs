import { defineConfig } from 'vitest/config';
import config from './vitest.config.mjs';

/** What takes minutes: random histories, kills, every interleaving, planted bugs, damaged and hostile audio. */
export default defineConfig({
  test: {
    ...config.test,
    isolate: true,
    // These use the processor, and hardly wait.
    maxWorkers: 3,
    include: ['test/**/*.deep.test.ts'],
    exclude: [],
    // A sweep of an erasure strikes hundreds of calls; on a busy machine each run takes seconds.
    testTimeout: 2_400_000,
    hookTimeout: 2_400_000,
  },
});
