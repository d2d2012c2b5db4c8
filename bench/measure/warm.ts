import { type Form, preCallEvent } from './requests';
import { agentIds, type Cost, invokeAll, type Rig } from './rig';
import { costCells, costColumns, interleave, median, printTable } from './table';
import { wav } from './wav';

const sizes = [200_000, 1_000_000, 4_000_000];

/** CPU ms of the Python originals, and of the two bare calls in the same run: the medians that were measured once. */
const python: Readonly<Record<string, { readonly original: number; readonly bare: number }>> = {
  '1 MB json x1': { original: 58, bare: 21 },
  '4 MB json x1': { original: 97, bare: 60 },
};

const warmUps = 8;

/** Prints what warm pre-calls cost: every stack, the two bare calls and the official SDK take turns. */
export const measureWarm = async (rigs: readonly Rig[], rounds: number): Promise<void> => {
  const [{ functions: peers } = { functions: undefined }] = rigs;
  if (peers === undefined) return;
  const rows: (string | number)[][] = [];
  // An instance that waited while others worked collects garbage with each large call. So all single calls come first.
  for (const parallel of [1, 16]) {
    for (const bytes of sizes) {
      for (const form of ['json', 'multipart'] as const) {
        const label = `${bytes / 1e6} MB ${form} x${parallel}`;
        const contestants = contestantsOf(rigs, wav(bytes), form, parallel);
        // Instances start a few at a time, because a start of all at once may exceed Lambda's time limit of 10 s.
        for (let started = 1; started <= parallel; started += 3)
          await interleave(1, contestantsOf(rigs, wav(bytes), form, started));
        await interleave(parallel === 1 ? warmUps : 1, contestants);
        const costs = await interleave(Math.max(3, Math.ceil(rounds / parallel)), contestants);
        for (const [name, each] of Object.entries(costs)) rows.push([`${label}  ${name}`, ...costCells(each)]);
        const { original, bare } = python[label] ?? {};
        const bareNow = median((costs['bare calls'] ?? []).map(({ cpuMs }) => cpuMs));
        if (original !== undefined && bare !== undefined)
          rows.push([`${label}  Python original, scaled`, '', '', (original / bare) * bareNow, '', '', '']);
      }
    }
  }
  printTable('Warm pre-calls, in ms', ['sample, form, at once', ...costColumns], rows);
};

const contestantsOf = (
  rigs: readonly Rig[],
  sample: Buffer,
  form: Form,
  parallel: number,
): Record<string, () => Promise<Cost[]>> => {
  const [first] = rigs;
  const many = (make: () => object): object[] => Array.from({ length: parallel }, make);
  let turn = 0;
  const bare = (): object => ({ bytes: sample.length, agentId: agentIds[(turn += 1) % agentIds.length] });
  return {
    ...(first !== undefined && {
      'bare calls': () => invokeAll(first.functions, 'BareCalls', many(bare)),
      ...(form === 'json' &&
        parallel === 1 && {
          'official SDK': () =>
            invokeAll(
              first.functions,
              'OfficialSdk',
              many(() => preCallEvent(sample, form)),
            ),
        }),
    }),
    ...Object.fromEntries(
      rigs.map(({ name, functions }) => [
        name,
        () =>
          invokeAll(
            functions,
            'PreCallFunction',
            many(() => preCallEvent(sample, form)),
          ),
      ]),
    ),
  };
};
