import { createHash } from 'node:crypto';
import { rawBodyKey } from '../calls/keys';
import { readPostCallBody } from '../calls/read-post-call';
import { type ConversationSummary, getConversation, listConversations } from '../elevenlabs/conversations';
import { ElevenLabsError } from '../elevenlabs/errors';
import type { Deadline } from '../platform/deadline';
import { AwsUnavailable, ServiceError } from '../platform/errors';
import type { ReconcileDeps } from './deps';
import { knownAgents } from './known-agents';

/** A look reaches back this far before the last one, in seconds: conversations are listed late, too. */
const overlapS = 24 * 3600;

/** A webhook has this long to come after the end of a call, in seconds: the sender's last repetition is 41 minutes late. */
const patienceS = 3600;

const type = 'post_call_transcription';

/**
 * Takes in the finished calls that no webhook brought: conversations at ElevenLabs that are over for an hour and of which there is no
 * record, of every agent that was ever given a voice and of those in the settings, since a day before the last look. How many
 * there were. An agent or a conversation that ElevenLabs refuses, and what cannot be read, is counted and skipped; of what fails
 * otherwise the first is thrown at the end. Throws ElevenLabsError, ServiceError; the next look then begins where this one did.
 */
export const takeInMissedCalls = async (deadline: Deadline, deps: ReconcileDeps): Promise<number> => {
  const { looks, nowMs } = deps;
  const beganMs = nowMs();
  const installedMs = (await looks.installedAtMs()) ?? beganMs;
  const lastMs = (await looks.lastLookMs()) ?? installedMs;
  const startedAfterS = Math.floor(Math.max(lastMs - overlapS * 1000, installedMs) / 1000);
  const look: Look = { startedAfterS, deadline, failures: [], missed: 0 };
  for (const agentId of await knownAgents(deps))
    await byItself({ of: 'agent', missed_agent_id: agentId }, () => takeAgentSnapshot(agentId, look, deps), look, deps);
  if (look.failures.length > 0) throw look.failures[0];
  await looks.noteLook(beganMs);
  return look.missed;
};

/** A look while it goes on. */
interface Look {
  readonly startedAfterS: number;
  readonly deadline: Deadline;
  readonly failures: unknown[];
  missed: number;
}

const takeAgentSnapshot = async (agentId: string, look: Look, deps: ReconcileDeps): Promise<void> => {
  const { startedAfterS, deadline } = look;
  for await (const conversation of listConversations(deps.elevenLabs, { agentId, startedAfterS }, deadline)) {
    if (conversation === undefined) {
      skip({ of: 'list_item', missed_agent_id: agentId }, 'unreadable', deps);
      continue;
    }
    const what = { of: 'conversation', missed_conversation_id: conversation.conversation_id } as const;
    const work = async (): Promise<void> => {
      if (!(await isMissed(conversation, deps))) return;
      if (await ingest(conversation, agentId, deadline, deps)) look.missed += 1;
      else skip(what, 'unreadable', deps);
    };
    await byItself(what, work, look, deps);
  }
};

/** What a failure or a refusal is about. */
type Part =
  | { readonly of: 'agent' | 'list_item'; readonly missed_agent_id: string }
  | { readonly of: 'conversation'; readonly missed_conversation_id: string };

/** Whatever fails for one keeps no other from being taken in, unless it would fail for all. */
const byItself = async (what: Part, work: () => Promise<void>, look: Look, deps: ReconcileDeps): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (isForAll(error)) throw error;
    if (error instanceof ElevenLabsError && error.kind === 'refused') {
      skip(what, error.code, deps);
      return;
    }
    deps.log.error('missed_call_failed', error, what);
    look.failures.push(error);
  }
};

const isForAll = (error: unknown): boolean =>
  error instanceof ServiceError ||
  error instanceof AwsUnavailable ||
  (error instanceof ElevenLabsError && (error.kind === 'access' || error.code === 'deadline_passed'));

const skip = (what: Part, reason: string, { log, meter }: ReconcileDeps): void => {
  log.warn('missed_call_skipped', { ...what, reason });
  meter.countBy('MissedCallsSkipped', 'Of', what.of);
};

const endOf = ({ start_time_unix_secs, call_duration_secs }: ConversationSummary): number =>
  start_time_unix_secs + (call_duration_secs ?? 0);

const isMissed = async (
  conversation: ConversationSummary,
  { records, recordKeptS, nowMs }: ReconcileDeps,
): Promise<boolean> => {
  const { conversation_id, status } = conversation;
  const overS = nowMs() / 1000 - endOf(conversation);
  const isOver = (status === 'done' || status === 'failed') && overS >= patienceS;
  // A call that is over for longer may have had a record.
  if (!isOver || overS >= recordKeptS) return false;
  const record = await records.read(conversation_id);
  const isKnown = record?.event_timestamp !== undefined || record?.failure_timestamp !== undefined;
  return !isKnown && record?.erased_at === undefined;
};

/**
 * As the webhook would have: what ElevenLabs has of the conversation is the event's data. Should the webhook come yet, it wins. False
 * for one of which the webhook would have been refused.
 */
const ingest = async (
  conversation: ConversationSummary,
  agentId: string,
  deadline: Deadline,
  { elevenLabs, bodies, postCallJobs, log }: ReconcileDeps,
): Promise<boolean> => {
  const { conversation_id: conversationId } = conversation;
  const known = await getConversation(elevenLabs, conversationId, deadline);
  const data = { ...known, conversation_id: conversationId, agent_id: agentId };
  const event = { type, event_timestamp: endOf(conversation), data };
  if (!readPostCallBody(event).ok) return false;
  const bytes = Buffer.from(JSON.stringify(event));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const key = rawBodyKey({ call: { conversationId }, type, sha256 });
  await bodies.put(key, bytes, 'application/json', sha256);
  await postCallJobs.enqueue({ kind: 'body', key, sha256 }, 0);
  log.warn('missed_call_ingested', { missed_conversation_id: conversationId });
  return true;
};
