/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // Many tests wait for others: emulators, functions in processes of their own.
  maxWorkers: '100%',
  globalSetup: '<rootDir>/test/runner/global-setup.cjs',
  globalTeardown: '<rootDir>/test/runner/global-teardown.cjs',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: { '^.+\\.ts$': ['ts-jest', { diagnostics: false }] },
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.local'],
  collectCoverageFrom: ['lambdas/**/*.ts'],
  coverageReporters: ['text-summary', 'lcov'],
  coverageThreshold: { global: { statements: 85, branches: 85, functions: 85, lines: 85 } },
  setupFiles: ['<rootDir>/test/support/quiet-functions.js'],
  testTimeout: 30_000,
};
