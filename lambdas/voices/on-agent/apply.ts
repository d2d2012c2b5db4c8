import { randomUUID } from 'node:crypto';
import { patchAgentVoice } from '../../elevenlabs/agents';
import type { Pending } from '../../ledger/agents';
import type { Deadline } from '../../platform/deadline';
import { type Baseline, desiredPair } from '../agent';
import type { AgentVoiceDeps } from './deps';

/** A PATCH may still land this long after its sender gave up on it. */
const lateLandingMs = 30_000;

/** The entry of a PATCH that is sent within this deadline. */
export const newPending = (voiceId: string | undefined, deadline: Deadline): Pending => ({
  attempt: randomUUID(),
  voiceId,
  untilMs: deadline.atMs + lateLandingMs,
});

/** A PATCH that was announced in the ledger, for the state of the agent at this version. */
export interface AnnouncedPatch {
  readonly agentId: string;
  readonly attempt: string;
  readonly version: number;
  readonly pair: Baseline;
}

/** A PATCH that was confirmed. */
export interface ConfirmedPatch extends AnnouncedPatch {
  /** False when an earlier try of it may still land: its entry then stays until that is over. */
  readonly isSettled: boolean;
}

/** Sends an announced PATCH and has it confirmed. Throws ElevenLabsError. */
export const sendPatch = async (
  announced: AnnouncedPatch,
  deadline: Deadline,
  { elevenLabs }: AgentVoiceDeps,
): Promise<ConfirmedPatch> => ({
  ...announced,
  isSettled: await patchAgentVoice(elevenLabs, announced.agentId, announced.pair, deadline),
});

/** Announces a PATCH of what the agent should have now; undefined when its version moved. */
export const announcePatch = async (
  { agentId, version, pair }: Omit<AnnouncedPatch, 'attempt'>,
  deadline: Deadline,
  { agents }: AgentVoiceDeps,
): Promise<AnnouncedPatch | undefined> => {
  const pending = newPending(pair.voice_id, deadline);
  const isAnnounced = await agents.addPending(agentId, version, pending);
  return isAnnounced ? { agentId, version, pair, attempt: pending.attempt } : undefined;
};

/**
 * Takes the entry of a confirmed PATCH away. If the agent's version moved, that PATCH may have landed after a newer one: what
 * the agent should have now is applied until it stands still, or the deadline has passed. Throws ElevenLabsError,
 * ServiceError; the pending entry, and whoever changes the agent next, then see to the rest.
 */
export const settlePatch = async (
  confirmed: ConfirmedPatch,
  deadline: Deadline,
  deps: AgentVoiceDeps,
): Promise<void> => {
  const { agentId } = confirmed;
  for (let last = confirmed; !(await standsStill(last, deps)) && deadline.leftMs() > 0;) {
    const now = await deps.agents.read(agentId);
    const next = await announcePatch({ agentId, version: now.version, pair: desiredPair(now) }, deadline, deps);
    if (next === undefined) continue;
    if (last.isSettled) await deps.agents.dropPending(agentId, last.attempt);
    last = await sendPatch(next, deadline, deps);
  }
};

const standsStill = async (
  { agentId, attempt, version, isSettled }: ConfirmedPatch,
  { agents }: AgentVoiceDeps,
): Promise<boolean> =>
  isSettled ? agents.removePending(agentId, version, attempt) : (await agents.read(agentId)).version === version;
