import { ElevenLabsError } from '../../elevenlabs/errors';
import type { PatchRefusal } from '../agent';
import { isBlocker, type LiveBranch } from '../agent-branches';
import { refuse } from '../agent-changes';
import type { AgentVoiceDeps } from '../on-agent/deps';

/** How long no voice is cloned for an agent that refused its PATCH, in milliseconds. */
const refusedForMs = 10 * 60_000;

/**
 * Returns why ElevenLabs would refuse to PATCH the first blocked live branch (protected, archived, no right, or refused
 * lately); undefined if no reason is known.
 */
export const blockerRefusal = (live: readonly LiveBranch[], nowMs: number): PatchRefusal | undefined => {
  const blocked = live.find(({ blocker }) => blocker !== undefined);
  if (blocked?.blocker === undefined) return undefined;
  const { blocker: code, name } = blocked;
  return { code, kind: 'refused', ...(name !== undefined && { branch: name }), until: nowMs + refusedForMs };
};

/** Returns whether a refusal still prevents clones. A `BlockerCode` does not, because each reading checks it anew. */
export const isInForce = ({ code, until }: PatchRefusal, nowMs: number): boolean => !isBlocker(code) && until > nowMs;

/** Returns a refusal that is not about the voice, because the next caller would meet it too; otherwise undefined. */
const refusalOf = (error: unknown, nowMs: number): PatchRefusal | undefined => {
  if (!(error instanceof ElevenLabsError) || isAboutVoice(error)) return undefined;
  const { kind, code } = error;
  return kind === 'refused' || kind === 'access' ? { code, kind, until: nowMs + refusedForMs } : undefined;
};

const isAboutVoice = ({ code, details: { fields = [] } }: ElevenLabsError): boolean =>
  /voice|ivc|moderat/.test(code) || fields.some((field) => /voice|tts/.test(field));

/**
 * Records that ElevenLabs would refuse a PATCH of the agent, so that no voice is cloned for it in vain. Skips an agent
 * that is not in the ledger, because it is read before each clone. Never throws.
 */
export const noteRefusal = async (
  agentId: string,
  why: unknown,
  { agents, nowMs, log }: Pick<AgentVoiceDeps, 'agents' | 'nowMs' | 'log'>,
): Promise<void> => {
  const refused = isRefusal(why) ? why : refusalOf(why, nowMs());
  if (refused === undefined) return;
  log.warn('agent_patch_refused', { agent_id: agentId, code: refused.code });
  await agents.write(agentId, refuse(refused)).catch((error: unknown) => log.error('agent_refusal_not_noted', error));
};

const isRefusal = (why: unknown): why is PatchRefusal => !(why instanceof Error);
