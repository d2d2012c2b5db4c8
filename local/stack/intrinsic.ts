/** An intrinsic function as JSON has it: `{ "Fn::Join": [...] }`. */
export interface Intrinsic {
  /** `Ref`, `Condition`, or a name that begins with `Fn::`. */
  readonly name: string;
  readonly argument: unknown;
}

/** Where in the template a value stands: `<logical id>.<property path>`. */
export type TemplatePath = string;

/** Thrown for what the local stack cannot know; nothing is ever guessed in its place. */
export class UnresolvableIntrinsicError extends Error {
  constructor(path: TemplatePath, { name, argument }: Intrinsic, reason: string) {
    super(`${path}: cannot resolve ${JSON.stringify({ [name]: argument })} on this machine: ${reason}`);
    this.name = 'UnresolvableIntrinsicError';
  }
}

/** Tells a plain JSON object from everything else. */
export const isJsonObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The intrinsic function that `value` is, if it is one: an object with a function's name as its only key. */
export const asIntrinsic = (value: unknown): Intrinsic | undefined => {
  if (!isJsonObject(value)) return undefined;
  const [entry, ...others] = Object.entries(value);
  if (entry === undefined || others.length > 0) return undefined;
  const [name, argument] = entry;
  return name === 'Ref' || name.startsWith('Fn::') ? { name, argument } : undefined;
};
