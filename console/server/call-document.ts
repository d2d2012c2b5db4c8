import { voiceOf } from '../../lambdas/voices/conversation';
import type { KnownCall } from '../../ops/find-call';
import type { Story } from '../../ops/story';
import type { AgentVoice, CallDocument } from '../shared/documents';
import { withoutPersonal } from './personal';
import { timelineOf } from './timeline';

/** Builds the story of a call for the page. Without personal data, it omits what names or quotes the caller. */
export const callDocument = (story: Story, isPersonal: boolean): CallDocument => {
  const { call, moments, lines, ledger, objects, next } = story;
  const timeline = timelineOf(lines, call.ids);
  const shown = isPersonal ? (item: unknown): unknown => item : withoutPersonal;
  return {
    ...headOf(call),
    ...(isPersonal && callerOf(call)),
    ...agentsOf(call, isPersonal),
    otherCallIds: [...new Set(timeline.flatMap(({ otherCallId }) => otherCallId ?? []))],
    timeline,
    moments,
    lines,
    ledger: isPersonal ? ledger : ledger.map(withoutQuotes),
    items: itemsOf(call).map(({ title, item }) => ({ title, item: shown(item) })),
    objects,
    next,
    hasTranscript: call.record?.transcript_key != null,
    hasRecording: call.record?.recording_key != null,
  };
};

/** Removes quoted text: the reason for the end of a call is quoted, and may contain the caller's words. */
const withoutQuotes = (line: string): string => line.replaceAll(/"[^"]*"/g, '"…"');

const headOf = ({ id, conversation, record, threeCx, voice }: KnownCall) => ({
  id,
  state: stateOf({ conversation, record, threeCx }),
  isOver: conversation?.ended_at !== undefined && voice?.state !== 'deleting',
  atMs: conversation?.signed_at === undefined ? undefined : conversation.signed_at * 1000,
  endedAtMs: conversation?.ended_at,
  durationS: record?.call_duration_secs ?? undefined,
  agentId: conversation?.agent_id ?? record?.agent_id ?? undefined,
  voiceId: (conversation && voiceOf(conversation)) ?? record?.voice_id ?? undefined,
  voiceState: voice?.state,
});

const stateOf = ({ conversation, record, threeCx }: Pick<KnownCall, 'conversation' | 'record' | 'threeCx'>): string => {
  if (conversation?.erased_at !== undefined || record?.erased_at !== undefined) return 'erased';
  if (record?.outcome !== undefined) return record.outcome;
  if (conversation?.ended_at !== undefined) return 'ended';
  const state = conversation?.work?.state;
  if (state === 'ready' || state === 'taken') return 'under way';
  return state ?? (threeCx === undefined ? 'known by its log' : `3CX: ${threeCx.state}`);
};

const callerOf = ({ conversation, threeCx }: KnownCall) => ({
  callerName: conversation?.answer?.caller_info.Name ?? undefined,
  callerNumber: threeCx !== undefined && 'caller_number' in threeCx ? threeCx.caller_number : undefined,
});

const agentsOf = ({ conversation, record, agent }: KnownCall, isPersonal: boolean) => {
  const before: AgentVoice = {
    voiceId: agent?.baseline?.voice_id,
    firstMessage: agent?.baseline?.first_message,
  };
  const { activation } = agent ?? {};
  const now =
    activation === undefined
      ? before
      : {
          voiceId: activation.voice_id,
          firstMessage: isPersonal ? activation.first_message : undefined,
          conversationId: activation.conversation_id,
        };
  return {
    agentBefore: before,
    agentDuring: {
      voiceId: (conversation && voiceOf(conversation)) ?? record?.voice_id ?? undefined,
      firstMessage: isPersonal ? conversation?.first_message : undefined,
    },
    agentNow: now,
  };
};

const itemsOf = ({ conversation, record, threeCx, voice, agent }: KnownCall) =>
  [
    { title: 'Conversation', item: conversation },
    { title: 'Voice', item: voice },
    { title: 'Agent', item: agent },
    { title: 'Record', item: record },
    { title: '3CX call', item: threeCx },
  ].filter(({ item }) => item !== undefined);
