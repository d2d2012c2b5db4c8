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

/** The description that marks a voice as this installation's; only marked voices are ever deleted. */
export const voiceDescription = (conversationId: string, installationId: string): string =>
  `Instant clone for conversation ${conversationId} ${voiceMark(installationId)}`;

/** What `GET /v2/voices?search=` finds all voices of this installation by. */
export const voiceMark = (installationId: string): string => `[precall/${installationId}]`;

const marked = /^Instant clone for conversation ([A-Za-z0-9_-]{1,128}) \[precall\/([0-9a-f]{16})\]$/;

/** The conversation that a description with this installation's mark names; undefined for any other description. */
export const markedConversation = (description: string, installationId: string): string | undefined => {
  const [, conversationId, installation] = marked.exec(description) ?? [];
  return installation === installationId ? conversationId : undefined;
};

/** Whether a description carries the mark of any installation of Precall: such a voice is nobody's own choice. */
export const isMarkedByAny = (description: string): boolean => marked.test(description);

/** What the history of an agent shows of a version that we made: the mark, and nothing of the caller. */
export const versionDescription = (installationId: string): string => `Voice of a call ${voiceMark(installationId)}`;

const anyMark = /\[precall\/[0-9a-f]{16}\]$/;

/** Whether any installation of Precall made an agent's version of this description. */
export const isOurVersion = (description: string): boolean => anyMark.test(description);
