import { defineConfig } from 'vitest/config';
import { ByStack } from './test/runner/by-stack.mjs';

export default defineConfig({
  test: {
    globals: true,
    pool: 'forks',
    // All files of a worker share what they import, and a running stack: to load and start them is most of the work.
    isolate: false,
    // A third of the time is waiting: for emulators, and for functions in processes of their own.
    maxWorkers: 5,
    sequence: { sequencer: ByStack },
    // What a test makes is garbage soon after: with room for it, it is collected cheaply.
    execArgv: ['--max-old-space-size=768', '--max-semi-space-size=32'],
    include: ['test/**/*.test.ts'],
    exclude: ['test/**/*.deep.test.ts'],
    globalSetup: 'test/runner/global-setup.mjs',
    setupFiles: 'test/runner/before-each-file.ts',
    reporters: ['dot', './test/runner/slowest-files.mjs'],
    coverage: {
      provider: 'istanbul',
      include: ['lambdas/**/*.ts'],
      reporter: ['text-summary', 'lcov'],
      thresholds: { statements: 85, branches: 85, functions: 85, lines: 85 },
    },
    // For a machine that is busy with other things. It ends what hangs; it measures nothing.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
