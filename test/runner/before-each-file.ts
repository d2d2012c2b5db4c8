import { assertNoViolations } from '../support/violations';

const run = globalThis as { environmentOfRun?: NodeJS.ProcessEnv };

/** A worker runs many files. Each begins with the environment that the run began with. */
run.environmentOfRun ??= { ...process.env };
for (const name of Object.keys(process.env)) {
  if (!(name in run.environmentOfRun)) Reflect.deleteProperty(process.env, name);
}
Object.assign(process.env, run.environmentOfRun);

// Handlers that run in the test's own process keep their log lines and metrics to themselves.
process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
process.env['POWERTOOLS_METRICS_DISABLED'] = 'true';

afterEach(assertNoViolations);
afterAll(assertNoViolations);
