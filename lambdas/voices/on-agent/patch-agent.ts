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

/** How long after its sender gave up a PATCH may still take effect, in milliseconds. */
const lateLandingMs = 30_000;

/** Returns a new id for a PATCH sent within this deadline, and until when it may take effect. */
export const newAnnouncement = (deadline: Deadline): Announced => ({
  attempt: randomUUID(),
  untilMs: deadline.atMs + lateLandingMs,
});

/** A PATCH announced in the ledger for this version of the agent. */
export interface AnnouncedPatch {
  readonly agentId: string;
  readonly attempt: string;
  readonly version: number;
  readonly pair: VoicePair;
  /** The procedure versions in the PATCH; undefined to leave them out. */
  readonly procedures: ProcedureVersions | undefined;
}

/** A confirmed PATCH. */
export interface ConfirmedPatch extends AnnouncedPatch {
  /** False if an earlier try may still take effect. The entry of the PATCH then stays until that is over. */
  readonly isSettled: boolean;
}

/**
 * Sends an announced PATCH until it is confirmed. Removes its entry if every try was definitely refused, because it can
 * then never take effect. Throws ElevenLabsError when the PATCH fails.
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
    // Otherwise, what a person set since the last reading would be lost.
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

/** A PATCH to announce, and what reading the agent showed right before. */
export interface WantedPatch extends Pick<AnnouncedPatch, 'agentId' | 'pair'> {
  readonly snapshot: Pick<AgentSnapshot, 'agent' | 'observed' | 'response'>;
}

/**
 * Announces a PATCH of what the agent should have. Returns undefined if the agent's version has changed. Throws
 * ElevenLabsError when ElevenLabs fails, 503 when the ledger fails.
 */
export const announcePatch = async (
  { agentId, pair, snapshot: { agent, observed, response } }: WantedPatch,
  deadline: Deadline,
  deps: AgentVoiceDeps,
): Promise<AnnouncedPatch | undefined> => {
  const procedures = await keptProcedures(agentId, response, deadline, deps);
  const announcement = newAnnouncement(deadline);
  const { version } = agent;
  const isAnnounced = await deps.agents.write(agentId, announce(version, announcement, pair, observed.version));
  return isAnnounced ? { agentId, version, pair, attempt: announcement.attempt, procedures } : undefined;
};

/**
 * Removes the entry of a confirmed PATCH. If the agent's version has changed, that PATCH may have overwritten a newer
 * one. Then sends what the agent should have until the agent has it or the deadline passes. Throws ElevenLabsError,
 * ServiceError or AwsUnavailable on failure; the pending entry and the next change then handle the rest.
 */
export const settlePatch = async (
  confirmed: ConfirmedPatch,
  deadline: Deadline,
  deps: AgentVoiceDeps,
): Promise<void> => {
  const { agentId } = confirmed;
  let last = confirmed;
  while (!(await isFinal(last, deps)) && deadline.leftMs() > 0) {
    const snapshot = await keepPersonsChange(agentId, deadline, deps);
    const pair = desiredPair(snapshot.agent);
    if (hasPair(snapshot.observed.pair, pair)) {
      await dropSettled(last, deps);
      return;
    }
    const next = await announcePatch({ agentId, pair, snapshot }, deadline, deps);
    if (next === undefined) continue;
    await dropSettled(last, deps);
    last = await sendPatch(next, deadline, deps);
  }
};

/** Removes the entry of a PATCH of which no try can still take effect. */
const dropSettled = async (
  { agentId, attempt, isSettled }: ConfirmedPatch,
  { agents }: AgentVoiceDeps,
): Promise<void> => {
  if (isSettled) await agents.write(agentId, drop(attempt));
};

/** Returns whether the agent's version is still the one of the PATCH. If so, removes the entry of a settled PATCH. */
const isFinal = async (
  { agentId, attempt, version, isSettled }: ConfirmedPatch,
  { agents }: AgentVoiceDeps,
): Promise<boolean> =>
  isSettled ? agents.write(agentId, confirm(version, attempt)) : (await agents.read(agentId)).version === version;
