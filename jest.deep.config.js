/** What takes minutes: random histories, kills, every interleaving, planted bugs, damaged and hostile audio. */
const { testPathIgnorePatterns, coverageThreshold, ...fast } = require('./jest.config.js');

/** @type {import('jest').Config} */
module.exports = {
  ...fast,
  testMatch: ['**/*.deep.test.ts'],
  // A sweep of an erasure strikes hundreds of calls; on a busy machine each run takes seconds.
  testTimeout: 2_400_000,
  // A process that a test has killed leaves its calls waiting for ever.
  forceExit: true,
};
