/** The operations of the API that are simulated, by the names that settings and faults use. */
export const operations = [
  'createVoice',
  'getVoice',
  'deleteVoice',
  'listVoices',
  'getAgent',
  'patchAgent',
  'getSubscription',
  'listConversations',
  'getConversation',
  'getConversationAudio',
  'twilioOutboundCall',
  'sipTrunkOutboundCall',
  'listWebhooks',
  'getConvaiSettings',
] as const;

/** One of the simulated operations. */
export type Operation = (typeof operations)[number];

/** The operations whose path has the id of a voice, agent or conversation. */
export const operationsWithId: readonly string[] = [
  'getVoice',
  'deleteVoice',
  'getAgent',
  'patchAgent',
  'getConversation',
  'getConversationAudio',
];
