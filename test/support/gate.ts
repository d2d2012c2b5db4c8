/** Something that happens when the test says so. */
export interface Gate {
  /** Resolves once the gate is open. */
  readonly opened: Promise<void>;
  readonly open: () => void;
}

/** A closed gate. */
export const gate = (): Gate => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
};
