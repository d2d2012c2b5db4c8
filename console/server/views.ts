import type { Caller } from '../../lambdas/callers/caller';
import type { Voice } from '../../lambdas/voices/voice';
import { type KnownAgent, listAgents, patchesInFlight } from '../../ops/agents';
import { findCaller, type KnownCaller } from '../../ops/callers';
import type { Installation } from '../../ops/installation';
import { parkedJobs, queueDepths } from '../../ops/queues';
import { statusOf } from '../../ops/status';
import { listVoices } from '../../ops/voices';
import type {
  AgentDocument,
  CallerDocument,
  HealthDocument,
  QueuesDocument,
  VoiceDocument,
  VoicesDocument,
} from '../shared/documents';
import type { Simulator } from './simulator';

/** Lists the agents that pre-calls have named. */
export const agentsDocument = async (installation: Installation, isPersonal: boolean): Promise<AgentDocument[]> => {
  const [agents, voices] = await Promise.all([listAgents(installation), listVoices(installation)]);
  const signedAtS = new Map(voices.map(({ voice_id, signed_at }) => [voice_id, signed_at]));
  return agents.map((agent) => agentDocument(agent, signedAtS.get(agent.activation?.voice_id ?? ''), isPersonal));
};

const agentDocument = (agent: KnownAgent, sinceS: number | undefined, isPersonal: boolean): AgentDocument => {
  const { agent_id, baseline, activation } = agent;
  const own = { voiceId: baseline?.voice_id, firstMessage: baseline?.first_message };
  const inFlight = patchesInFlight(agent, Date.now());
  if (activation === undefined) return { agentId: agent_id, own, now: own, inFlight };
  const { voice_id, first_message, conversation_id } = activation;
  return {
    agentId: agent_id,
    own,
    now: { voiceId: voice_id, firstMessage: isPersonal ? first_message : undefined },
    conversationId: conversation_id,
    sinceMs: sinceS === undefined ? undefined : sinceS * 1000,
    inFlight,
  };
};

/** Lists Precall's voices, and the plan's slots if a simulator reports them. */
export const voicesDocument = async (
  installation: Installation,
  simulator: Simulator | undefined,
): Promise<VoicesDocument> => {
  const [voices, account] = await Promise.all([listVoices(installation, { includesDeleted: true }), simulator?.read()]);
  return {
    voices: voices.map(voiceDocument),
    slots: account && { used: account.subscription.voiceSlotsUsed, limit: account.subscription.voiceLimit },
  };
};

const voiceDocument = (voice: Voice): VoiceDocument => {
  const users = Object.keys(voice.users);
  const isKept = voice.state === 'live' && users.length === 0;
  return {
    voiceId: voice.voice_id,
    state: voice.state === 'live' ? (isKept ? 'kept' : 'in use') : voice.state,
    reason: reasonOf(voice, users),
    users,
    expiresAtMs: voice.expires_at * 1000,
    madeFor: 'made_for' in voice ? voice.made_for : undefined,
  };
};

const reasonOf = (voice: Voice, users: readonly string[]): string => {
  const { state } = voice;
  if (state === 'deleted') return 'It is deleted. Precall remembers it until then.';
  if (state === 'deleting') return 'Its deletion is under way.';
  if (state === 'expiring') return 'Its time is over. A job decides about it.';
  if (users.length > 0) return 'A call uses it.';
  return voice.retain_s === 0 ? 'No call uses it. A job deletes it.' : "It is kept for the caller's next call.";
};

/** Returns what is known about the caller with this number. Throws OperationError if the text is not a phone number. */
export const callersDocument = async (
  installation: Installation,
  number: string,
  isPersonal: boolean,
): Promise<CallerDocument[]> =>
  (await findCaller(installation, number)).map((found) => callerDocument(found, isPersonal));

const callerDocument = ({ hash, caller }: KnownCaller, isPersonal: boolean): CallerDocument => ({
  hash,
  name: isPersonal ? caller.name : undefined,
  consent: consentWords(caller),
  samples: [
    ...caller.enrolled.map(({ key }) => ({ key, kind: 'enrolled' as const })),
    ...caller.recent.map(({ key }) => ({ key, kind: 'recent' as const })),
  ],
  voiceId: caller.reusable?.voice_id,
  calls: Object.keys(caller.calls),
  erasedAtMs: caller.erased_at === undefined ? undefined : caller.erased_at * 1000,
  expiresAtMs: caller.expires_at * 1000,
});

const consentWords = ({ consent }: Caller): string => {
  if (consent === undefined) return 'none recorded';
  const on = new Date(consent.signed_at * 1000).toISOString().slice(0, 10);
  return `${consent.state} on ${on}`;
};

/** Lists the queues with their dead-letter queues, and the jobs that failed permanently. */
export const queuesDocument = async (installation: Installation): Promise<QueuesDocument> => {
  const [depths, jobs] = await Promise.all([queueDepths(installation), parkedJobs(installation)]);
  const parkedOf = (name: string): number =>
    depths
      .filter((depth) => depth.isParked && depth.name.startsWith(name))
      .reduce((sum, { waiting, underWay }) => sum + waiting + underWay, 0);
  const names = [...new Set(depths.map(({ name }) => name.replace(/(Queue|DeadLetters|Failures)$/, '')))];
  const queues = names.map((name) => {
    const depth = depths.find((each) => each.name === `${name}Queue`);
    return { name, waiting: depth?.waiting ?? 0, underWay: depth?.underWay ?? 0, parked: parkedOf(name) };
  });
  return { queues, parkedJobs: jobs };
};

/** Returns the state of the installation. */
export const healthDocument = async (installation: Installation): Promise<HealthDocument> => {
  const { health, pausedSinceMs, reconciledAtMs, alarms, errors, emptySecrets, voices } = await statusOf(
    installation,
    Date.now(),
  );
  return {
    health,
    pausedSinceMs,
    reconciledAtMs,
    alarms: alarms.map(({ sinceMs, ...alarm }) => ({ ...alarm, ...(sinceMs !== undefined && { sinceMs }) })),
    errors,
    emptySecrets,
    voices,
  };
};
