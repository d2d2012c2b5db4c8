/** Calls of a month that are reckoned with. */
export const volumes = [1_000, 1_000_000] as const;

/** One of them. */
export type Volume = (typeof volumes)[number];

/**
 * How long an invocation is billed, in seconds: mostly what ElevenLabs takes (2 to 5 s for a clone, up to half a second for other
 * calls). CloneWorker waits for the end of the greeting; its second job finds its work done.
 */
export const billedS: Readonly<Record<string, number>> = {
  PreCall: 4.5,
  Uploads: 0.05,
  PostCallIntake: 0.1,
  PostCallWorker: 0.3,
  VoiceDeletion: 2,
  VoiceExpiry: 0.1,
  Initiation: 0.05,
  ThreeCx: 0.6,
  CloneWorker: 5,
  Reconcile: 10,
};

/** What a cold start adds, in seconds; it is billed since August 2025. */
export const coldStartS = 0.5;

/** How many invocations start cold: at a thousand calls a month, hours lie between them. */
export const coldShare: Readonly<Record<Volume, number>> = { 1_000: 1, 1_000_000: 0.01 };

/** How many calls share the reading of secrets, which instances keep for five minutes. */
export const callsPerSecretRead: Readonly<Record<Volume, number>> = { 1_000: 1, 1_000_000: 10 };

/** What Lambda itself writes of an invocation, and API Gateway of a request, in bytes. */
export const logBytes = { perInvocation: 400, perApiRequest: 350 } as const;

/** What is kept of a call of four minutes, in KB, for how many months by default. */
export const kept = {
  rawEvent: { kb: 30, months: 1 },
  transcripts: { kb: 35, months: 12 },
  recording: { kb: 3_750, months: 3 },
  /** The record of the call, in the table and once more in its index. */
  record: { kb: 2.5, months: 12 },
} as const;

/** The rows of a conversation and its voice, in KB, and for how many hours reconcile comes across them. */
export const rowsAtReconcile = { kb: 1, hours: 48 } as const;

/** Lambda polls a queue by this many connections, each for up to 20 seconds. */
export const polling = { connections: 5, perMinute: 3 } as const;

/** Hours of a month. */
export const monthHours = 730;
