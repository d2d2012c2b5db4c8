import { getAgent, getAgentVersion, type ReadAgent } from '../../elevenlabs/agents';
import { getVoice } from '../../elevenlabs/voices';
import type { Deadline } from '../../platform/deadline';
import { type Agent, isKnownVoice, isSamePair, type VoicePair } from '../agent';
import { keepBaseline } from '../agent-changes';
import { baselineAfter, type FoundAgent, type FoundPair } from '../agent-decision';
import { isMarkedByAny, isOurVersion } from '../voice-identity';
import type { AgentVoiceDeps } from './deps';

/** The agent in the ledger, the agent as read from ElevenLabs after that, and the resulting baseline. */
export interface AgentSnapshot {
  readonly seen: Agent;
  readonly found: FoundAgent;
  readonly baseline: VoicePair;
  /** What ElevenLabs showed. */
  readonly shown: ReadAgent;
}

/**
 * Reads the agent from the ledger, then from ElevenLabs. Because of this order, a change that our PATCH did not make is
 * a person's. This holds only if the ledger's version is unchanged when the change is written. Needs no voice, so it
 * can run in parallel with a clone. Throws ElevenLabsError, ServiceError or AwsUnavailable on failure.
 */
export const readAgent = async (agentId: string, deadline: Deadline, deps: AgentVoiceDeps): Promise<AgentSnapshot> => {
  const seen = await deps.agents.read(agentId);
  return judgeAgent(agentId, seen, await getAgent(deps.elevenLabs, agentId, deadline), deadline, deps);
};

/**
 * Determines the origin of the voice and greeting that ElevenLabs showed, after the ledger had the agent as `seen`.
 * Throws ElevenLabsError, ServiceError or AwsUnavailable on failure.
 */
export const judgeAgent = async (
  agentId: string,
  seen: Agent,
  shown: ReadAgent,
  deadline: Deadline,
  deps: AgentVoiceDeps,
): Promise<AgentSnapshot> => {
  const { pair, version } = shown;
  const found: FoundAgent = {
    pair,
    voice: await originOf(pair.voice_id, seen, deadline, deps),
    ...(version !== undefined && { version, overwritten: await overwritten(agentId, version, seen, deadline, deps) }),
  };
  return { seen, found, baseline: baselineAfter(seen, found), shown };
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
    if (isSamePair(snapshot.baseline, snapshot.seen.baseline ?? {})) return snapshot;
    await keepFound(agentId, snapshot, deps);
  }
};

/** Keeps what a person set as the baseline. Returns false if the ledger's item has changed since the snapshot. */
export const keepFound = async (
  agentId: string,
  { seen, found, baseline }: AgentSnapshot,
  { agents, log, nowMs }: AgentVoiceDeps,
): Promise<boolean> => {
  const isKept = await agents.write(agentId, keepBaseline(agentId, seen, baseline, found.version, nowMs()));
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
  agentId: string,
  version: string,
  seen: Agent,
  deadline: Deadline,
  deps: AgentVoiceDeps,
): Promise<FoundPair[]> => {
  const { known_version: known } = seen;
  if (known === undefined) return [];
  const found: FoundPair[] = [];
  let each: string | undefined = version;
  for (let count = 0; each !== undefined && each !== known; count += 1) {
    if (count === maxVersions) {
      deps.log.warn('agent_versions_unread', { agent_id: agentId, count });
      break;
    }
    const { description, parent } = await getAgentVersion(deps.elevenLabs, agentId, each, deadline);
    if (each !== version && !isOurVersion(description)) {
      const { pair } = await getAgent(deps.elevenLabs, agentId, deadline, each);
      found.unshift({ pair, voice: await originOf(pair.voice_id, seen, deadline, deps) });
    }
    each = parent;
  }
  return found;
};

/** Returns the origin of a voice, from the ledger or, if it is not there, from its mark at ElevenLabs. */
const originOf = async (
  voiceId: string | undefined,
  seen: Agent,
  deadline: Deadline,
  { elevenLabs, voices }: AgentVoiceDeps,
): Promise<FoundPair['voice']> => {
  if (voiceId === undefined) return 'none';
  if (isKnownVoice(seen, voiceId) && seen.baseline?.voice_id !== voiceId) return 'ours';
  if ((await voices.read(voiceId)) !== undefined) return 'ours';
  if (seen.baseline?.voice_id === voiceId) return 'foreign';
  const found = await getVoice(elevenLabs, voiceId, deadline);
  if (found === undefined) return 'missing';
  return found.description != null && isMarkedByAny(found.description) ? 'ours' : 'foreign';
};
