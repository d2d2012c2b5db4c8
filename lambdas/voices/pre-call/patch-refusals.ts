import { ElevenLabsError } from '../../elevenlabs/errors';
import type { PatchRefusal } from '../agent';
import { isBlocker, type LiveBranch } from '../agent-branches';
import { refuse } from '../agent-changes';
import type { AgentVoiceDeps } from '../on-agent/deps';

/** How long nothing is cloned for an agent that refused its PATCH, in milliseconds. */
const refusedForMs = 10 * 60_000;

/** Why a live branch can't be PATCHed, the first that is found; undefined where nothing is known against it. */
export const blockerRefusal = (live: readonly LiveBranch[], nowMs: number): PatchRefusal | undefined => {
  const blocked = live.find(({ blocker }) => blocker !== undefined);
  if (blocked?.blocker === undefined) return undefined;
  const { blocker: code, name } = blocked;
  return { code, kind: 'refused', ...(name !== undefined && { branch: name }), until: nowMs + refusedForMs };
};

/** Whether a refusal still speaks against a clone. What an agent's settings show is seen by each look anew. */
export const stands = ({ code, until }: PatchRefusal, nowMs: number): boolean => !isBlocker(code) && until > nowMs;

/** A refusal that has nothing to do with the voice: the next caller's would meet it, too. */
const refusalOf = (error: unknown, nowMs: number): PatchRefusal | undefined => {
  if (!(error instanceof ElevenLabsError) || isAboutVoice(error)) return undefined;
  const { kind, code } = error;
  return kind === 'refused' || kind === 'access' ? { code, kind, until: nowMs + refusedForMs } : undefined;
};

const isAboutVoice = ({ code, details: { fields = [] } }: ElevenLabsError): boolean =>
  /voice|ivc|moderat/.test(code) || fields.some((field) => /voice|tts/.test(field));

/**
 * Remembers that ElevenLabs would refuse a PATCH of the agent, so that nothing is cloned for it in vain. An agent that
 * the ledger does not know needs no memory, because it is looked at before each clone. Never throws.
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
