/** The operations of the API that are simulated, by the names that settings and faults use. */
export const operations = [
  'createVoice',
  'getVoice',
  'deleteVoice',
  'listVoices',
  'getAgent',
  'patchAgent',
  'getSubscription',
  'getConversation',
] as const;

/** One of the simulated operations. */
export type Operation = (typeof operations)[number];

/** The operations whose path has a voice or agent id. */
export const operationsWithId: readonly string[] = [
  'getVoice',
  'deleteVoice',
  'getAgent',
  'patchAgent',
  'getConversation',
];
