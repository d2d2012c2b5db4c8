import { createHash } from 'node:crypto';

/** The name and description of a clone. Together, they identify it among all voices of the workspace. */
export interface VoiceIdentity {
  readonly name: string;
  readonly description: string;
}

/**
 * Returns `<name>_Clone_<yyyymmdd>_<hhmmss>_<8 hex of SHA-256(conversation id)>` in UTC, or `Caller_Clone_…` without a
 * name. At most 96 characters for a name of at most 64.
 */
export const voiceName = (callerName: string | undefined, conversationId: string, now: Date): string => {
  const [date = '', time = ''] = now.toISOString().replace(/[-:]/g, '').split(/[T.]/);
  const suffix = createHash('sha256').update(conversationId).digest('hex').slice(0, 8);
  return `${callerName ?? 'Caller'}_Clone_${date}_${time}_${suffix}`;
};

/** Returns the description that marks a voice as this installation's. Precall deletes only marked voices. */
export const voiceDescription = (conversationId: string, installationId: string): string =>
  `Instant clone for conversation ${conversationId} ${voiceMark(installationId)}`;

/** Returns the text with which `GET /v2/voices?search=` finds all voices of this installation. */
export const voiceMark = (installationId: string): string => `[precall/${installationId}]`;

const marked = /^Instant clone for conversation ([A-Za-z0-9_-]{1,128}) \[precall\/([0-9a-f]{16})\]$/;

/** Returns the conversation id in a description with this installation's mark; undefined for other descriptions. */
export const markedConversation = (description: string, installationId: string): string | undefined => {
  const [, conversationId, installation] = marked.exec(description) ?? [];
  return installation === installationId ? conversationId : undefined;
};

/** Returns whether a description has the mark of any installation of Precall. No person chose such a voice. */
export const isMarkedByAny = (description: string): boolean => marked.test(description);

/** Returns the description of agent versions that Precall makes: the mark, without caller data. */
export const versionDescription = (installationId: string): string => `Voice of a call ${voiceMark(installationId)}`;

const anyMark = /\[precall\/[0-9a-f]{16}\]$/;

/** Returns whether an installation of Precall made the agent version with this description. */
export const isOurVersion = (description: string): boolean => anyMark.test(description);
