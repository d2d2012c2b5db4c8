import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { settingsSchema } from '../lib/settings';
import { isAlive } from '../ops/is-alive';

const root = join(__dirname, '..');
const store = join(root, '.local', 'synth');

/** Everything that affects the outcome of a synth, except the settings. */
const sources = ['bin', 'lib', 'lambdas', 'cdk.json', 'package-lock.json', 'tsconfig.json'];

const settingNames = Object.keys(settingsSchema.shape);

/** Settings that name AWS resources or locations, which the local stack does not use. */
const settingsOfAws = [
  'DEPLOY_ACCOUNT',
  'DEPLOY_REGION',
  ...settingNames.filter((name) => name.endsWith('_SECRET_ARN')),
];

/** Settings that name existing storage. Only the environment sets them here: cdk.json names storage of an account. */
const settingsOfStorage = ['TABLE_NAME', 'TABLE_STREAM_ARN', 'BUCKET_NAME'];

/** Number of earlier outcomes that are kept, so that switching between settings stays fast. */
const keptOutcomes = 5;

/** A cloud assembly on disk. */
export interface Synth {
  readonly assemblyDir: string;
  /** Whether an earlier assembly with the same sources and settings was reused. */
  readonly isReused: boolean;
}

/**
 * Synthesizes the stack as for `cdk deploy`, or reuses a synth whose sources and settings have the same hash. The
 * assembly stays on disk while this process lives. `onBegin` is called if a synth is needed. Throws the synth's output
 * if it fails, and AbortError if it is aborted.
 */
export const synthesize = async (signal: AbortSignal, onBegin: () => void = () => undefined): Promise<Synth> => {
  const assemblyDir = join(store, await fingerprint());
  await mkdir(store, { recursive: true });
  // The marker is written first, so that no other process deletes the outcome in between.
  await writeFile(`${assemblyDir}${usedBy}${process.pid}`, '');
  if (existsSync(join(assemblyDir, 'manifest.json'))) {
    await utimes(assemblyDir, new Date(), new Date());
    return { assemblyDir, isReused: true };
  }
  onBegin();
  const unfinished = `${assemblyDir}.${process.pid}`;
  await runCdk(unfinished, signal);
  // If two processes synthesize the same outcome, the first to finish wins.
  await rename(unfinished, assemblyDir).catch(() => rm(unfinished, { recursive: true, force: true }));
  await forgetOldest(assemblyDir);
  return { assemblyDir, isReused: false };
};

/** Runs the CDK in its own process group, so that all processes that it starts can be stopped together. */
const runCdk = async (output: string, signal: AbortSignal): Promise<void> => {
  const cdk = join(root, 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const child = spawn(process.execPath, [cdk, 'synth', '--quiet', '--no-notices', '--output', output], {
    cwd: root,
    env: synthEnvironment(),
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const endGroup = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  signal.addEventListener('abort', endGroup);
  const [printed, exitCode] = await Promise.all([text(child.stderr), once(child, 'exit').then(() => child.exitCode)]);
  signal.removeEventListener('abort', endGroup);
  if (exitCode === 0) return;
  await rm(output, { recursive: true, force: true });
  signal.throwIfAborted();
  throw new Error(`The stack cannot be synthesized. ${printed}`.trim());
};

/**
 * Returns the environment of the synth: this process's variables, without settings that name secrets in AWS, an account
 * or a region. The local stack creates everything itself. An empty value means the default, whatever cdk.json says.
 */
export const synthEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  ...Object.fromEntries(settingsOfAws.map((name) => [name, ''])),
  ...Object.fromEntries(settingsOfStorage.map((name) => [name, process.env[name] ?? ''])),
});

const fingerprint = async (): Promise<string> => {
  const hash = createHash('sha256');
  for (const source of sources) {
    for (const file of await filesOf(join(root, source)))
      hash.update(relative(root, file)).update(await readFile(file));
  }
  const environment = synthEnvironment();
  for (const name of settingNames) hash.update(`${name}=${environment[name] ?? ''}\n`);
  return hash.digest('hex').slice(0, 20);
};

const filesOf = async (path: string): Promise<string[]> => {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
};

const forgetOldest = async (newest: string): Promise<void> => {
  const names = await readdir(store);
  const used = await inUse(names);
  const outcomes = names.filter((name) => /^[0-9a-f]{20}$/.test(name) && !used.has(name));
  const withAge = await Promise.all(
    outcomes.map(async (name) => ({ path: join(store, name), madeAtMs: (await stat(join(store, name))).mtimeMs })),
  );
  const old = withAge.filter(({ path }) => path !== newest).sort((a, b) => b.madeAtMs - a.madeAtMs);
  await Promise.all(old.slice(keptOutcomes - 1).map(({ path }) => rm(path, { recursive: true, force: true })));
};

/** The suffix of markers `<outcome>.used-by.<pid>`: a process that uses this outcome. */
const usedBy = '.used-by.';

/** Returns the outcomes that live processes use. Deletes the markers of processes that have ended. */
const inUse = async (names: readonly string[]): Promise<ReadonlySet<string>> => {
  const used = new Set<string>();
  for (const name of names.filter((each) => each.includes(usedBy))) {
    const [outcome = '', pid = ''] = name.split(usedBy);
    if (isAlive(Number(pid))) used.add(outcome);
    else await rm(join(store, name), { force: true });
  }
  return used;
};
