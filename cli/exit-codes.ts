/** How the command ends: scripts branch on it. */
export const exitCodes = {
  /** Done, or what was expected came true. */
  done: 0,
  /** The service refused, or what was expected did not come true. */
  refused: 1,
  wrongUse: 2,
  /** No answer came. */
  unreachable: 3,
  /** The credentials do not allow it, or there are none. */
  notAllowed: 4,
} as const;

/** One of them. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
