import { parseArgs } from 'node:util';
import { synthesize } from '../local/synth';
import { problemsOf, reportLines } from './create-in-moto/report';
import { createInMoto } from './create-in-moto/run-create-in-moto';

/** `npm run create-in-moto`: creates the template in moto, describes it back, and fails when something is not as the template says. */
const main = async (): Promise<void> => {
  const told = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => told.abort());
  const { values } = parseArgs({ options: { template: { type: 'string' } } });
  const outcome = await createInMoto({
    assemblyDir: values.template ?? (await synthesize(told.signal)).assemblyDir,
    endpoint: process.env['AWS_ENDPOINT_URL'],
    region: process.env['AWS_REGION'] ?? 'eu-central-1',
    signal: told.signal,
  });
  const problems = problemsOf(outcome);
  for (const line of reportLines(outcome)) process.stdout.write(`${line}\n`);
  for (const problem of problems) process.stderr.write(`! ${problem}\n`);
  process.stdout.write(problems.length === 0 ? 'All as the template says.\n' : `${problems.length} differences.\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
};

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
