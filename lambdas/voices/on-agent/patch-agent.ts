import { randomUUID } from 'node:crypto';
import { patchAgentVoice } from '../../elevenlabs/agents';
import { ElevenLabsError } from '../../elevenlabs/errors';
import type { Deadline } from '../../platform/deadline';
import { desiredPair, hasPair, type VoicePair } from '../agent';
import { type Announced, announce, confirm, drop } from '../agent-changes';
import { versionDescription } from '../voice-identity';
import type { AgentVoiceDeps } from './deps';
import { keepPersonsChange } from './read-agent';

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
  deps: AgentVoiceDeps,
): Promise<ConfirmedPatch> => {
  const { elevenLabs, agents, log } = deps;
  try {
    const { agentId, pair } = announced;
    const description = versionDescription(await deps.installationId());
    // What a person set since the look before would be lost.
    const beforeRepeat = (): Promise<unknown> => keepPersonsChange(agentId, deadline, deps);
    const isSettled = await patchAgentVoice(elevenLabs, { agentId, pair, description, beforeRepeat }, deadline);
    return { ...announced, isSettled };
  } catch (error) {
    if (error instanceof ElevenLabsError && !error.outcomeUnknown)
      await agents
        .write(announced.agentId, drop(announced.attempt))
        .catch((fault: unknown) => log.error('agent_entry_not_dropped', fault));
    throw error;
  }
};

/** A PATCH that is about to be announced. */
export interface WantedPatch extends Omit<AnnouncedPatch, 'attempt'> {
  /** ElevenLabs' version that a look showed right before. */
  readonly foundVersion?: string | undefined;
}

/** Announces a PATCH of what the agent should have now; undefined when its version moved. */
export const announcePatch = async (
  { agentId, version, pair, foundVersion }: WantedPatch,
  deadline: Deadline,
  { agents }: AgentVoiceDeps,
): Promise<AnnouncedPatch | undefined> => {
  const announcement = newAnnouncement(deadline);
  const isAnnounced = await agents.write(agentId, announce(version, announcement, pair, foundVersion));
  return isAnnounced ? { agentId, version, pair, attempt: announcement.attempt } : undefined;
};

/**
 * Takes the entry of a confirmed PATCH away. If the agent's version moved, that PATCH may have landed after a newer
 * one: what the agent should have now is applied until the agent has it, or the deadline has passed. Throws
 * ElevenLabsError, ServiceError; the pending entry, and whoever changes the agent next, then see to the rest.
 */
export const settlePatch = async (
  confirmed: ConfirmedPatch,
  deadline: Deadline,
  deps: AgentVoiceDeps,
): Promise<void> => {
  const { agentId } = confirmed;
  for (let last = confirmed; !(await standsStill(last, deps)) && deadline.leftMs() > 0;) {
    const { seen, found } = await keepPersonsChange(agentId, deadline, deps);
    const pair = desiredPair(seen);
    const isThere = hasPair(found.pair, pair);
    const wanted = { agentId, version: seen.version, pair, foundVersion: found.version };
    const next = isThere ? undefined : await announcePatch(wanted, deadline, deps);
    if (!isThere && next === undefined) continue;
    if (last.isSettled) await deps.agents.write(agentId, drop(last.attempt));
    if (next === undefined) return;
    last = await sendPatch(next, deadline, deps);
  }
};

const standsStill = async (
  { agentId, attempt, version, isSettled }: ConfirmedPatch,
  { agents }: AgentVoiceDeps,
): Promise<boolean> =>
  isSettled ? agents.write(agentId, confirm(version, attempt)) : (await agents.read(agentId)).version === version;
