import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import { settingsSchema } from '../lib/settings';
import { isAlive } from './running-file';

const root = join(__dirname, '..');
const store = join(root, '.local', 'synth');

/** Everything that the outcome of a synth depends on, beside the settings. */
const sources = ['bin', 'lib', 'lambdas', 'cdk.json', 'package-lock.json', 'tsconfig.json'];

const settingNames = Object.keys(settingsSchema.shape);

/** Settings that name things or places of AWS, where nothing is created here. */
const settingsOfAws = [
  'DEPLOY_ACCOUNT',
  'DEPLOY_REGION',
  ...settingNames.filter((name) => name.endsWith('_SECRET_ARN')),
];

/** How many earlier outcomes are kept, so that going back and forth between settings stays fast. */
const keptOutcomes = 5;

/** A cloud assembly on disk. */
export interface Synth {
  readonly assemblyDir: string;
  /** Whether an earlier one of the same sources and settings was taken. */
  readonly isReused: boolean;
}

/**
 * The stack as `cdk deploy` would take it: synthesized now, or reused when sources and all settings have the same hash.
 * It stays on disk as long as this process lives. `onBegin` is called if a synth is needed. Throws with the output of
 * the synth, and AbortError when it is aborted.
 */
export const synthesize = async (signal: AbortSignal, onBegin: () => void = () => undefined): Promise<Synth> => {
  const assemblyDir = join(store, await fingerprint());
  await mkdir(store, { recursive: true });
  // Before it is looked for, so that no other process removes it in between.
  await writeFile(`${assemblyDir}${usedBy}${process.pid}`, '');
  if (existsSync(join(assemblyDir, 'manifest.json'))) {
    await utimes(assemblyDir, new Date(), new Date());
    return { assemblyDir, isReused: true };
  }
  onBegin();
  const unfinished = `${assemblyDir}.${process.pid}`;
  await runCdk(unfinished, signal);
  // Two that synthesize the same at the same time: the first to finish stays.
  await rename(unfinished, assemblyDir).catch(() => rm(unfinished, { recursive: true, force: true }));
  await forgetOldest(assemblyDir);
  return { assemblyDir, isReused: false };
};

/** The CDK starts processes of its own: it gets a group, so that all of them end when it is told to. */
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
 * The environment of the synth: that of this process, without the settings that name secrets in AWS, an account or a
 * region, because the local stack creates everything itself. An empty value stands for the default, whatever cdk.json says.
 */
export const synthEnvironment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  ...Object.fromEntries(settingsOfAws.map((name) => [name, ''])),
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

/** `<outcome>.used-by.<pid>`: a process that runs from this outcome. */
const usedBy = '.used-by.';

/** The outcomes that a living process runs from. The marks of processes that have ended are removed. */
const inUse = async (names: readonly string[]): Promise<ReadonlySet<string>> => {
  const used = new Set<string>();
  for (const name of names.filter((each) => each.includes(usedBy))) {
    const [outcome = '', pid = ''] = name.split(usedBy);
    if (isAlive(Number(pid))) used.add(outcome);
    else await rm(join(store, name), { force: true });
  }
  return used;
};
