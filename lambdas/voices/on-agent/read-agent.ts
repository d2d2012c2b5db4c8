import { getAgent, getAgentVersion, type ReadAgent } from '../../elevenlabs/agents';
import { getVoice } from '../../elevenlabs/voices';
import type { Deadline } from '../../platform/deadline';
import { type Agent, isKnownVoice, isSamePair, type VoicePair } from '../agent';
import { keepBaseline } from '../agent-changes';
import { baselineAfter, type ObservedAgent, type ObservedPair } from '../agent-decision';
import { isMarkedByAny, isOurVersion } from '../voice-identity';
import type { AgentVoiceDeps } from './deps';

/** An agent as read from the ledger, then from ElevenLabs. */
export interface AgentSnapshot {
  /** The item in the ledger. */
  readonly agent: Agent;
  /** What ElevenLabs had after that, and the origin of its voice. */
  readonly observed: ObservedAgent;
  /** The baseline that follows from both. */
  readonly baseline: VoicePair;
  /** ElevenLabs' response. */
  readonly response: ReadAgent;
}

/**
 * Reads the agent from the ledger, then from ElevenLabs. Because of this order, a change that our PATCH did not make is
 * a person's. This holds only if the ledger's version is unchanged when the change is written. Needs no voice, so it
 * can run in parallel with a clone. Throws ElevenLabsError, ServiceError or AwsUnavailable on failure.
 */
export const readAgent = async (agentId: string, deadline: Deadline, deps: AgentVoiceDeps): Promise<AgentSnapshot> => {
  const agent = await deps.agents.read(agentId);
  const response = await getAgent(deps.elevenLabs, agentId, deadline);
  return judgeAgent({ agentId, agent, response }, deadline, deps);
};

/** An agent in the ledger, and ElevenLabs' response after that. */
export type AgentResponse = Pick<AgentSnapshot, 'agent' | 'response'> & { readonly agentId: string };

/**
 * Determines the origin of the voice and greeting that ElevenLabs showed, after the ledger was read. Throws
 * ElevenLabsError, ServiceError or AwsUnavailable on failure.
 */
export const judgeAgent = async (
  { agentId, agent, response }: AgentResponse,
  deadline: Deadline,
  deps: AgentVoiceDeps,
): Promise<AgentSnapshot> => {
  const { pair, version } = response;
  const observed: ObservedAgent = {
    pair,
    voice: await originOf(pair.voice_id, agent, deadline, deps),
    ...(version !== undefined && {
      version,
      overwritten: await overwritten({ agentId, agent, version }, deadline, deps),
    }),
  };
  return { agent, observed, baseline: baselineAfter(agent, observed), response };
};

/**
 * Reads the agent and keeps what a person set as its baseline, even if others change the ledger's item meanwhile.
 * Returns the agent with that baseline. Throws ElevenLabsError, ServiceError or AwsUnavailable on failure.
 */
export const keepPersonsChange = async (
  agentId: string,
  deadline: Deadline,
  deps: AgentVoiceDeps,
): Promise<AgentSnapshot> => {
  for (;;) {
    const snapshot = await readAgent(agentId, deadline, deps);
    if (isSamePair(snapshot.baseline, snapshot.agent.baseline ?? {})) return snapshot;
    await keepFound(agentId, snapshot, deps);
  }
};

/** Keeps what a person set as the baseline. Returns false if the ledger's item has changed since the snapshot. */
export const keepFound = async (
  agentId: string,
  { agent, observed, baseline }: AgentSnapshot,
  { agents, log, nowMs }: AgentVoiceDeps,
): Promise<boolean> => {
  const isKept = await agents.write(
    agentId,
    keepBaseline(agentId, agent, { baseline, version: observed.version }, nowMs()),
  );
  if (isKept) log.info('agent_changed_by_person', { agent_id: agentId });
  return isKept;
};

/** Maximum number of versions to read at a time. A release, or the next pre-call, reads at its own pace. */
const maxVersions = 30;

/**
 * Returns what persons set after the version that the ledger knows and that was overwritten, oldest first. Skips
 * versions with the mark of any installation of Precall.
 */
const overwritten = async (
  { agentId, agent, version }: { readonly agentId: string; readonly agent: Agent; readonly version: string },
  deadline: Deadline,
  deps: AgentVoiceDeps,
): Promise<ObservedPair[]> => {
  const { known_version: knownVersion } = agent;
  if (knownVersion === undefined) return [];
  const changes: ObservedPair[] = [];
  let versionId: string | undefined = version;
  for (let count = 0; versionId !== undefined && versionId !== knownVersion; count += 1) {
    if (count === maxVersions) {
      deps.log.warn('agent_versions_unread', { agent_id: agentId, count });
      break;
    }
    const { description, parent } = await getAgentVersion(deps.elevenLabs, agentId, versionId, deadline);
    if (versionId !== version && !isOurVersion(description)) {
      const { pair } = await getAgent(deps.elevenLabs, agentId, deadline, versionId);
      changes.unshift({ pair, voice: await originOf(pair.voice_id, agent, deadline, deps) });
    }
    versionId = parent;
  }
  return changes;
};

/** Returns the origin of a voice, from the ledger or, if it is not there, from its mark at ElevenLabs. */
const originOf = async (
  voiceId: string | undefined,
  agent: Agent,
  deadline: Deadline,
  { elevenLabs, voices }: AgentVoiceDeps,
): Promise<ObservedPair['voice']> => {
  if (voiceId === undefined) return 'none';
  if (isKnownVoice(agent, voiceId) && agent.baseline?.voice_id !== voiceId) return 'ours';
  if ((await voices.read(voiceId)) !== undefined) return 'ours';
  if (agent.baseline?.voice_id === voiceId) return 'foreign';
  const voice = await getVoice(elevenLabs, voiceId, deadline);
  if (voice === undefined) return 'missing';
  return voice.description != null && isMarkedByAny(voice.description) ? 'ours' : 'foreign';
};
