import { randomUUID } from 'node:crypto';
import { patchAgentVoice, type ProcedureVersions } from '../../elevenlabs/agents';
import { ElevenLabsError } from '../../elevenlabs/errors';
import type { Deadline } from '../../platform/deadline';
import { desiredPair, hasPair, type VoicePair } from '../agent';
import { type Announced, announce, confirm, drop } from '../agent-changes';
import { versionDescription } from '../voice-identity';
import type { AgentVoiceDeps } from './deps';
import { keptProcedures } from './kept-procedures';
import { type AgentSnapshot, keepPersonsChange } from './read-agent';

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
  /** What it says about procedures; undefined to leave them out. */
  readonly procedures: ProcedureVersions | undefined;
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
    const { agentId, pair, procedures } = announced;
    const description = versionDescription(await deps.installationId());
    // What a person set since the look before would be lost.
    const beforeRepeat = (): Promise<unknown> => keepPersonsChange(agentId, deadline, deps);
    const isSettled = await patchAgentVoice(
      elevenLabs,
      { agentId, pair, description, procedures, beforeRepeat },
      deadline,
    );
    return { ...announced, isSettled };
  } catch (error) {
    if (error instanceof ElevenLabsError && !error.outcomeUnknown)
      await agents
        .write(announced.agentId, drop(announced.attempt))
        .catch((fault: unknown) => log.error('agent_entry_not_dropped', fault));
    throw error;
  }
};

/** A PATCH that is about to be announced, and what a look showed right before. */
export interface WantedPatch extends Pick<AnnouncedPatch, 'agentId' | 'pair'> {
  readonly snapshot: Pick<AgentSnapshot, 'seen' | 'found' | 'shown'>;
}

/** Announces a PATCH of what the agent should have now; undefined when its version moved. Throws ElevenLabsError, 503. */
export const announcePatch = async (
  { agentId, pair, snapshot: { seen, found, shown } }: WantedPatch,
  deadline: Deadline,
  deps: AgentVoiceDeps,
): Promise<AnnouncedPatch | undefined> => {
  const procedures = await keptProcedures(agentId, shown, deadline, deps);
  const announcement = newAnnouncement(deadline);
  const { version } = seen;
  const isAnnounced = await deps.agents.write(agentId, announce(version, announcement, pair, found.version));
  return isAnnounced ? { agentId, version, pair, attempt: announcement.attempt, procedures } : undefined;
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
    const snapshot = await keepPersonsChange(agentId, deadline, deps);
    const pair = desiredPair(snapshot.seen);
    const isThere = hasPair(snapshot.found.pair, pair);
    const next = isThere ? undefined : await announcePatch({ agentId, pair, snapshot }, deadline, deps);
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
