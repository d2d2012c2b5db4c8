import { createHash } from 'node:crypto';

/** How a clone is called at ElevenLabs; both together identify it among all voices of the workspace. */
export interface VoiceIdentity {
  readonly name: string;
  readonly description: string;
}

/**
 * `<name>_Clone_<yyyymmdd>_<hhmmss>_<8 hex of SHA-256(conversation id)>` in UTC; a nameless caller's voice is
 * `Caller_Clone_…`. At most 96 characters for a name of at most 64.
 */
export const voiceName = (callerName: string | undefined, conversationId: string, now: Date): string => {
  const [date = '', time = ''] = now.toISOString().replace(/[-:]/g, '').split(/[T.]/);
  const suffix = createHash('sha256').update(conversationId).digest('hex').slice(0, 8);
  return `${callerName ?? 'Caller'}_Clone_${date}_${time}_${suffix}`;
};

/** The description that marks a voice as this installation's; reconcile touches no other. */
export const voiceDescription = (conversationId: string, installationId: string): string =>
  `Instant clone for conversation ${conversationId} [precall/${installationId}]`;

/** The labels of a clone. Nothing relies on them: newer ElevenLabs documentation allows four keys only. */
export const voiceLabels = (conversationId: string): Record<string, string> => ({
  conversation_id: conversationId,
  type: 'instant_clone',
});
