/** What one call makes AWS do, as test/e2e/costs.test.ts counts it on the local stack. */
export interface Counted {
  readonly apiRequests: number;
  /** By the functions' logical ids without `Function`. */
  readonly invocations: Readonly<Record<string, number>>;
  /** Those of the table and of its index, each change of an item. */
  readonly writeUnits: number;
  readonly readUnits: number;
  readonly s3Writes: number;
  readonly s3Reads: number;
  /** Sends, receives that brought something, deletes, changes of visibility. */
  readonly sqsRequests: number;
  readonly busEvents: number;
  /** Where no function has read its secrets yet; they are kept for five minutes. */
  readonly secretReads: number;
  /** What functions write, metrics included; in KB of 1,024 bytes. */
  readonly logKb: number;
  /** In KB of 1,024 bytes. */
  readonly kbToElevenLabs: number;
}

/** The ways that a call may take. */
export type WayName = 'json' | 'upload' | 'recording' | 'initiation' | 'threeCx';

/** One call each, from its first request until only what is stored for long is left. Each function starts anew. */
export const counted: Readonly<Record<WayName, Counted>> = {
  json: {
    apiRequests: 2,
    invocations: { PreCall: 1, PostCallIntake: 1, PostCallWorker: 1, VoiceDeletion: 1, VoiceExpiry: 1 },
    writeUnits: 48,
    readUnits: 26,
    s3Writes: 4,
    s3Reads: 1,
    sqsRequests: 6,
    busEvents: 1,
    secretReads: 7,
    logKb: 11,
    kbToElevenLabs: 261,
  },
  upload: {
    apiRequests: 3,
    invocations: { Uploads: 1, PreCall: 1, PostCallIntake: 1, PostCallWorker: 1, VoiceDeletion: 1, VoiceExpiry: 1 },
    writeUnits: 48,
    readUnits: 26,
    s3Writes: 5,
    s3Reads: 2,
    sqsRequests: 6,
    busEvents: 1,
    secretReads: 8,
    logKb: 12,
    kbToElevenLabs: 261,
  },
  recording: {
    apiRequests: 2,
    invocations: { PreCall: 1, PostCallIntake: 1, PostCallWorker: 2, VoiceDeletion: 1, VoiceExpiry: 1 },
    writeUnits: 50,
    readUnits: 27,
    s3Writes: 5,
    s3Reads: 1,
    sqsRequests: 9,
    busEvents: 1,
    secretReads: 8,
    logKb: 11,
    kbToElevenLabs: 261,
  },
  initiation: {
    apiRequests: 2,
    invocations: { Initiation: 1, PostCallIntake: 1, PostCallWorker: 1 },
    writeUnits: 8,
    readUnits: 15,
    s3Writes: 3,
    s3Reads: 1,
    sqsRequests: 3,
    busEvents: 1,
    secretReads: 5,
    logKb: 4,
    kbToElevenLabs: 0,
  },
  threeCx: {
    apiRequests: 3,
    invocations: { ThreeCx: 1, CloneWorker: 2, PostCallIntake: 2, PostCallWorker: 2, VoiceExpiry: 2, VoiceDeletion: 1 },
    writeUnits: 42,
    readUnits: 45,
    s3Writes: 6,
    s3Reads: 3,
    sqsRequests: 14,
    busEvents: 2,
    secretReads: 8,
    logKb: 14,
    kbToElevenLabs: 262,
  },
};

/** One run of reconcile where no call is under way, with two agents. */
export const reconcileRun: Counted = {
  apiRequests: 0,
  invocations: { Reconcile: 1 },
  writeUnits: 3,
  readUnits: 8,
  s3Writes: 0,
  s3Reads: 0,
  sqsRequests: 0,
  busEvents: 0,
  secretReads: 1,
  logKb: 5,
  kbToElevenLabs: 0,
};

/** What an installation has whether anybody calls or not; from the template, and of metrics from all ways together. */
export const installation = {
  /** Metrics that alarms look at; one that reckons with several pays for each. */
  alarmMetrics: 138,
  customMetrics: 51,
  dashboards: 1,
  secrets: 6,
  /** Queues that Lambda polls. */
  polledQueues: 4,
  firewallRules: 2,
} as const;

/** Memory of the functions that calls run, in MB, as the template has it. */
export const memoryMb: Readonly<Record<string, number>> = {
  PreCall: 1024,
  Uploads: 256,
  PostCallIntake: 1024,
  PostCallWorker: 512,
  VoiceDeletion: 512,
  VoiceExpiry: 256,
  Initiation: 1024,
  ThreeCx: 1024,
  CloneWorker: 512,
  Reconcile: 512,
};
