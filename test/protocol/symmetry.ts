import { digestOf } from '../../lambdas/voices/agent';
import { idOf, type State } from './world';

/** The same calls under each other's names. */
export interface Renaming {
  readonly letters: ReadonlyMap<string, string>;
  readonly tokens: ReadonlyMap<string, string>;
  /** The place of each process in the renamed state: pre-calls first, then releases. */
  readonly placeOf: (index: number) => number;
  readonly renamed: WeakMap<object, object>;
}

const permutations = (letters: readonly string[]): string[][] =>
  letters.length < 2
    ? [[...letters]]
    : letters.flatMap((first) =>
        permutations(letters.filter((other) => other !== first)).map((rest) => [first, ...rest]),
      );

/** Every way in which calls of one installation may change places; one that changes nothing is among them. */
export const renamingsOf = (calls: readonly string[]): Renaming[] =>
  permutations(calls).map((order) => {
    const letters = new Map(calls.map((call, index) => [call, order[index] ?? call]));
    const texts = (call: string) => [
      `clone${call}`,
      `Hallo ${call}`,
      digestOf(`clone${call}`),
      digestOf(`Hallo ${call}`),
    ];
    const tokens = new Map<string, string>();
    for (const [from, to] of letters) texts(from).forEach((text, index) => tokens.set(text, texts(to)[index] ?? text));
    const places = order.map((call) => calls.indexOf(call));
    const placeOf = (index: number): number =>
      index >= 2 * calls.length
        ? index
        : (places[index % calls.length] ?? 0) + (index < calls.length ? 0 : calls.length);
    return { letters, tokens, placeOf, renamed: new WeakMap() };
  });

const named = /"(call|conversation_id)":"([A-Z])"/g;
const attempt = /"(\d+)-(\d+)"/g;
const by = /"by":(\d+)/g;
const token = /clone[A-Z]|Hallo [A-Z]|[0-9a-f]{16}/g;

const rename = (part: object, { letters, tokens, placeOf, renamed }: Renaming): object => {
  const known = renamed.get(part);
  if (known !== undefined) return known;
  const text = JSON.stringify(part)
    .replace(named, (_all, field: string, letter: string) => `"${field}":"${letters.get(letter) ?? letter}"`)
    .replace(attempt, (_all, index: string, count: string) => `"${placeOf(Number(index))}-${count}"`)
    .replace(by, (_all, index: string) => `"by":${placeOf(Number(index))}`)
    .replace(token, (each) => tokens.get(each) ?? each);
  const result = JSON.parse(text) as object;
  renamed.set(part, result);
  return result;
};

const keyUnder = (renaming: Renaming, state: State): string => {
  const { items, processes, flights, versions, users, deleted, remote, ...others } = state;
  const id = (part: object | null): string => (part === null ? '' : idOf(rename(part, renaming)));
  const placed: string[] = [];
  processes.forEach((process, index) => (placed[renaming.placeOf(index)] = id(process)));
  const call = (letter: string): string => renaming.letters.get(letter) ?? letter;
  return [
    ...items.map(id),
    placed.join(),
    flights.map(id).toSorted().join(),
    versions.map(id).join(),
    id(remote),
    `${users.map(call).toSorted().join('')}~${deleted.map(call).toSorted().join('')}`,
    Object.values(others).join(),
  ].join('|');
};

/** A key that all states share which differ in the names of their calls alone: the first of theirs. */
export const keyOf = (state: State, renamings: readonly Renaming[]): string => {
  let first: string | undefined;
  for (const renaming of renamings) {
    const key = keyUnder(renaming, state);
    if (first === undefined || key < first) first = key;
  }
  return first ?? '';
};
