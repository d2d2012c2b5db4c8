import { randomUUID } from 'node:crypto';
import { patchAgentVoice } from '../../elevenlabs/agents';
import { ElevenLabsError } from '../../elevenlabs/errors';
import type { Deadline } from '../../platform/deadline';
import { type Announced, announce, confirm, desiredPair, drop, type VoicePair } from '../agent';
import type { AgentVoiceDeps } from './deps';

/** A PATCH may still land this long after its sender gave up on it. */
const lateLandingMs = 30_000;

/** A PATCH that is sent within this deadline, under a new id. */
export const newAnnouncement = (deadline: Deadline): Announced => ({
  attempt: randomUUID(),
  untilMs: deadline.atMs + lateLandingMs,
});

/** A PATCH that was announced in the ledger, for the state of the agent at this version. */
export interface AnnouncedPatch {
  readonly agentId: string;
  readonly attempt: string;
  readonly version: number;
  readonly pair: VoicePair;
}

/** A PATCH that was confirmed. */
export interface ConfirmedPatch extends AnnouncedPatch {
  /** False when an earlier try of it may still land: its entry then stays until that is over. */
  readonly isSettled: boolean;
}

/**
 * Sends an announced PATCH and has it confirmed. When every try of it was refused for certain it can never land, and
 * its entry goes. Throws ElevenLabsError.
 */
export const sendPatch = async (
  announced: AnnouncedPatch,
  deadline: Deadline,
  { elevenLabs, agents, log }: AgentVoiceDeps,
): Promise<ConfirmedPatch> => {
  try {
    const isSettled = await patchAgentVoice(elevenLabs, announced.agentId, announced.pair, deadline);
    return { ...announced, isSettled };
  } catch (error) {
    if (error instanceof ElevenLabsError && !error.outcomeUnknown)
      await agents
        .write(announced.agentId, drop(announced.attempt))
        .catch((fault: unknown) => log.error('agent_entry_not_dropped', fault));
    throw error;
  }
};

/** Announces a PATCH of what the agent should have now; undefined when its version moved. */
export const announcePatch = async (
  { agentId, version, pair }: Omit<AnnouncedPatch, 'attempt'>,
  deadline: Deadline,
  { agents }: AgentVoiceDeps,
): Promise<AnnouncedPatch | undefined> => {
  const announcement = newAnnouncement(deadline);
  const isAnnounced = await agents.write(agentId, announce(version, announcement, pair));
  return isAnnounced ? { agentId, version, pair, attempt: announcement.attempt } : undefined;
};

/**
 * Takes the entry of a confirmed PATCH away. If the agent's version moved, that PATCH may have landed after a newer
 * one: what the agent should have now is applied until it stands still, or the deadline has passed. Throws
 * ElevenLabsError, ServiceError; the pending entry, and whoever changes the agent next, then see to the rest.
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
    if (last.isSettled) await deps.agents.write(agentId, drop(last.attempt));
    last = await sendPatch(next, deadline, deps);
  }
};

const standsStill = async (
  { agentId, attempt, version, isSettled }: ConfirmedPatch,
  { agents }: AgentVoiceDeps,
): Promise<boolean> =>
  isSettled ? agents.write(agentId, confirm(version, attempt)) : (await agents.read(agentId)).version === version;
