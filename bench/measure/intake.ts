import { postCallEvent } from './requests';
import { invokeAll, type Rig } from './rig';
import { costCells, costColumns, interleave, median, printTable } from './table';

/** Prints what the intake of a post-call event costs beside HMAC, one PUT and one send. */
export const measureIntake = async (rigs: readonly Rig[], rounds: number): Promise<void> => {
  const [first] = rigs;
  if (first === undefined) return;
  const rows: (string | number)[][] = [];
  for (const bytes of [20_000, 5_000_000]) {
    const contestants = {
      'HMAC + PUT + send': () => invokeAll(first.functions, 'StoreAndSend', [postCallEvent(bytes)]),
      ...Object.fromEntries(
        rigs.map(({ name, functions }) => [
          name,
          () => invokeAll(functions, 'PostCallIntakeFunction', [postCallEvent(bytes)]),
        ]),
      ),
    };
    await interleave(10, contestants);
    const results = await interleave(rounds, contestants);
    const cpuOf = (name: string): number => median((results[name] ?? []).map(({ cpuMs }) => cpuMs));
    for (const [name, costs] of Object.entries(results))
      rows.push([
        `${bytes / 1000} kB  ${name}`,
        ...costCells(costs),
        (cpuOf(name) / cpuOf('HMAC + PUT + send')).toFixed(2),
      ]);
  }
  printTable('Intake of a post-call event, warm, in ms', ['', ...costColumns, 'x limit'], rows);
};
