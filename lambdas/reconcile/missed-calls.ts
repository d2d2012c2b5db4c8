import { createHash } from 'node:crypto';
import { type ConversationSummary, getConversation, listConversations } from '../adapters/elevenlabs/conversations';
import { rawBodyKey } from '../domain/post-call/keys';
import type { Deadline } from '../shared/deadline';
import type { ReconcileDeps } from './deps';

/** A look reaches back this far before the last one, in seconds: conversations are listed late, too. */
const overlapS = 24 * 3600;

/** A webhook has this long to come after the end of a call, in seconds: the sender's last repetition is 41 minutes late. */
const patienceS = 3600;

const type = 'post_call_transcription';

/**
 * Takes in the finished calls that no webhook brought: conversations at ElevenLabs that are over for an hour and of which there is no
 * record, of every agent that was ever given a voice and of those in the settings, since a day before the last look. How many
 * there were. Throws ElevenLabsError, ServiceError; the next look then begins where this one did.
 */
export const takeInMissedCalls = async (deadline: Deadline, deps: ReconcileDeps): Promise<number> => {
  const { looks, nowMs } = deps;
  const beganMs = nowMs();
  const installedMs = (await looks.installedAtMs()) ?? beganMs;
  const lastMs = (await looks.lastLookMs()) ?? installedMs;
  const startedAfterS = Math.floor(Math.max(lastMs - overlapS * 1000, installedMs) / 1000);
  let missed = 0;
  for (const agentId of await agentsToLookAt(deps)) {
    for await (const conversation of listConversations(deps.elevenLabs, { agentId, startedAfterS }, deadline)) {
      if (!(await isMissed(conversation, deps))) continue;
      await takeIn(conversation, deadline, deps);
      missed += 1;
    }
  }
  await looks.noteLook(beganMs);
  return missed;
};

const agentsToLookAt = async ({ agents, agentIds }: ReconcileDeps): Promise<Set<string>> => {
  const all = new Set(agentIds);
  for await (const agentId of agents.list()) all.add(agentId);
  return all;
};

const endOf = ({ start_time_unix_secs, call_duration_secs }: ConversationSummary): number =>
  start_time_unix_secs + (call_duration_secs ?? 0);

const isMissed = async (conversation: ConversationSummary, { records, nowMs }: ReconcileDeps): Promise<boolean> => {
  const { conversation_id, status } = conversation;
  const isOver = (status === 'done' || status === 'failed') && endOf(conversation) + patienceS <= nowMs() / 1000;
  return isOver && (await records.read(conversation_id))?.event_timestamp === undefined;
};

/** As the webhook would have: what ElevenLabs has of the conversation is the event's data. Should the webhook come yet, it wins. */
const takeIn = async (
  conversation: ConversationSummary,
  deadline: Deadline,
  { elevenLabs, bodies, postCallJobs, log }: ReconcileDeps,
): Promise<void> => {
  const { conversation_id: conversationId } = conversation;
  const data = await getConversation(elevenLabs, conversationId, deadline);
  const bytes = Buffer.from(JSON.stringify({ type, event_timestamp: endOf(conversation), data }));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const key = rawBodyKey({ call: { conversationId }, type, sha256 });
  await bodies.store(key, bytes, sha256);
  await postCallJobs.enqueue([{ kind: 'body', key, sha256 }]);
  log.warn('missed_call_taken_in', { missed_conversation_id: conversationId });
};
