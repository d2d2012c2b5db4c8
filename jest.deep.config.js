/** What takes minutes: random histories, kills, every interleaving, planted bugs, damaged and hostile audio. */
const { testPathIgnorePatterns, coverageThreshold, ...fast } = require('./jest.config.js');

/** @type {import('jest').Config} */
module.exports = {
  ...fast,
  testMatch: ['**/*.deep.test.ts'],
  testTimeout: 1_200_000,
  // A process that a test has killed leaves its calls waiting for ever.
  forceExit: true,
};
