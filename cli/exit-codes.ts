/** The command's exit codes, which scripts rely on. */
export const exitCodes = {
  /** The work is done, or an expectation was met. */
  done: 0,
  /** The service rejected the request, or an expectation was not met. */
  refused: 1,
  wrongUse: 2,
  /** No response arrived. */
  unreachable: 3,
  /** The credentials are missing or do not permit the operation. */
  notAllowed: 4,
} as const;

/** An exit code of the command. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
