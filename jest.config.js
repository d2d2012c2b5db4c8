/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  // A third of the time is waiting: for emulators, and for functions in processes of their own.
  maxWorkers: 3,
  // Of the heap, after each file; the whole process is some 500 MB larger. Every file leaves something behind in its worker.
  workerIdleMemoryLimit: '400MB',
  globalSetup: '<rootDir>/test/runner/global-setup.cjs',
  globalTeardown: '<rootDir>/test/runner/global-teardown.cjs',
  reporters: ['default', '<rootDir>/test/runner/slowest-files.cjs'],
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['\\.deep\\.test\\.ts$'],
  transform: { '\\.ts$': '<rootDir>/test/runner/transform.cjs' },
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.local'],
  collectCoverageFrom: ['lambdas/**/*.ts'],
  coverageReporters: ['text-summary', 'lcov'],
  coverageThreshold: { global: { statements: 85, branches: 85, functions: 85, lines: 85 } },
  setupFiles: ['<rootDir>/test/support/quiet-functions.js'],
  // For a machine that is busy with other things. It ends what hangs; it measures nothing.
  testTimeout: 180_000,
};
