import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { startFunctions } from '../../local/lambda/functions';
import type { DeployedFunction } from '../../local/stack/deployed-stack';
import { peers } from './peers';
import { preCallEvent } from './requests';
import { asOnLambda, cpuOf, type Rig } from './rig';
import { interleave, median, printTable, quantile } from './table';
import { wav } from './wav';

interface Start {
  readonly initMs: number;
  /** CPU time until the function waits for its first event. */
  readonly initCpuMs: number;
  readonly firstCpuMs: number;
  readonly warmCpuMs: number;
}

const region = 'eu-central-1';
const warmCalls = 6;

/** Returns the start of a new process and its first calls. Events of functions without a maker are not valid. */
const start = async (fn: DeployedFunction, awsUrl: string, makeEvent: (() => object) | undefined): Promise<Start[]> => {
  let initMs = NaN;
  const onReport = (_id: string, report: { readonly initMs?: number }): void => void (initMs = report.initMs ?? initMs);
  const functions = await startFunctions({ functions: [asOnLambda(fn)], awsUrl, region, onReport });
  const cpu = (): number => functions.instances(fn.id).reduce((sum, { pid }) => sum + cpuOf(pid), 0);
  // The first event is queued until init ends. So init's CPU time is that of a process without events.
  const idle = functions.invoke(fn.id, makeEvent?.() ?? { headers: {}, body: null, requestContext: {} });
  let initCpuMs = 0;
  while (functions.instances(fn.id)[0]?.state !== 'busy' && functions.instances(fn.id)[0]?.state !== 'idle') {
    initCpuMs = cpu();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await idle;
  const firstCpuMs = cpu() - initCpuMs;
  const warm: number[] = [];
  for (let call = 0; makeEvent !== undefined && call < warmCalls; call += 1) {
    const before = cpu();
    await functions.invoke(fn.id, makeEvent());
    warm.push(cpu() - before);
  }
  await functions.close();
  return [{ initMs, initCpuMs, firstCpuMs, warmCpuMs: median(warm) }];
};

const bytesOf = ({ codeDir }: DeployedFunction): number => statSync(join(codeDir, 'index.js')).size;
const lazyBytes = ({ codeDir }: DeployedFunction): number =>
  readdirSync(codeDir, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js') && file !== 'index.js')
    .reduce((sum, file) => sum + statSync(join(codeDir, file)).size, 0);

/** Prints size, init and first calls of every function beside an empty one. */
export const measureCold = async (rigs: readonly Rig[], rounds: number): Promise<void> => {
  const sample = wav(200_000);
  const rows: (string | number)[][] = [];
  const [first] = rigs;
  if (first === undefined) return;
  const empty = peers({ elevenLabs: first.elevenLabs.url, stack: first.deployed }).find(({ id }) => id === 'Empty');
  const ids = first.deployed.functions.map(({ id }) => id).filter((id) => !id.startsWith('Custom'));
  for (const id of ids) {
    const makeEvent = id === 'PreCallFunction' ? (): object => preCallEvent(sample, 'json') : undefined;
    const found = rigs.flatMap((rig) => rig.deployed.functions.filter((fn) => fn.id === id).map((fn) => ({ rig, fn })));
    const contestants: Record<string, () => Promise<Start[]>> = {
      ...(empty !== undefined && { empty: () => start(empty, first.awsUrl, undefined) }),
      ...Object.fromEntries(found.map(({ rig, fn }) => [rig.name, () => start(fn, rig.awsUrl, makeEvent)])),
    };
    const results = await interleave(rounds, contestants);
    const initOf = (name: string): number => median((results[name] ?? []).map(({ initCpuMs }) => initCpuMs));
    for (const { rig, fn } of found) {
      const starts = results[rig.name] ?? [];
      const of = (field: keyof Start): number => median(starts.map((each) => each[field]));
      const p99 = quantile(
        starts.map((each) => each.initCpuMs),
        0.99,
      );
      const size = [(bytesOf(fn) / 1000).toFixed(0), (lazyBytes(fn) / 1000).toFixed(0)];
      const ratio = (initOf(rig.name) / initOf('empty')).toFixed(2);
      const first = makeEvent === undefined ? ['', ''] : [of('firstCpuMs'), of('firstCpuMs') - of('warmCpuMs')];
      rows.push([`${id}  ${rig.name}`, ...size, of('initMs'), of('initCpuMs'), p99, ratio, ...first]);
    }
  }
  const columns = ['', 'kB', 'kB lazy', 'init wall', 'init CPU p50', 'p99', 'x empty', 'first call CPU', 'over warm'];
  printTable(`Cold starts, in ms, n = ${rounds}`, columns, rows);
};
