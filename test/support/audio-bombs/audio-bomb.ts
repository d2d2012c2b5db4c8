/** A hostile or merely huge file that a reader could spend seconds on. */
export interface AudioBomb {
  readonly name: string;
  /** At most so many bytes, as near to it as the units allow. */
  readonly make: (sizeBytes: number) => Buffer;
  /** The sentence it is refused with; undefined when it is measured. */
  readonly refusal?: RegExp;
}

/** As many copies of `unit` as fit in `sizeBytes`. */
export const repeated = (unit: Buffer, sizeBytes: number): Buffer =>
  Buffer.alloc(Math.max(0, sizeBytes - (sizeBytes % unit.length)), unit);

/** `head`, as much of the filling as there is room for, and `tail`. */
export const filled = (sizeBytes: number, head: Buffer, unit: Buffer, tail: Buffer = Buffer.alloc(0)): Buffer =>
  Buffer.concat([head, repeated(unit, sizeBytes - head.length - tail.length), tail]);
