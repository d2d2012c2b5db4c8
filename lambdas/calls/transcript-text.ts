import * as z from 'zod';
import type { ConversationDetails } from './conversation-details';
import { flagOrNull, isJsonObject, numberOrNull, textOrNull } from './json-fields';
import type { TranscriptionEvent } from './post-call-event';

const toolCall = z.object({ tool_name: textOrNull });
const toolResult = z.object({ tool_name: textOrNull, is_error: flagOrNull, tool_latency_secs: numberOrNull });

const listOf = <Item>(item: z.ZodType<Item>) =>
  z
    .unknown()
    .optional()
    .transform((json) => (Array.isArray(json) ? json : []).filter(isJsonObject).map((entry) => item.parse(entry)));

const turn = z.object({
  role: textOrNull,
  time_in_call_secs: numberOrNull,
  message: textOrNull,
  interrupted: flagOrNull,
  tool_calls: listOf(toolCall),
  tool_results: listOf(toolResult),
});

const turns = listOf(turn);

/**
 * A transcript for people: ids, start and duration of the conversation, then one line per turn. Below a turn follow the
 * tools that it used, with name and outcome. Line breaks within a turn become spaces, so that no speaker can forge a
 * line of another one. The same event always gives the same text. Never throws.
 */
export const transcriptText = (
  event: TranscriptionEvent,
  {
    start_time_unix_secs,
    call_duration_secs,
  }: Pick<ConversationDetails, 'start_time_unix_secs' | 'call_duration_secs'>,
): string => {
  const lines = turns.parse(event.data['transcript']).flatMap(turnLines);
  return [
    `Conversation ${event.conversationId} with agent ${event.agentId}`,
    `Started ${isoTime(start_time_unix_secs)}, lasted ${clock(call_duration_secs)}`,
    '',
    ...(lines.length > 0
      ? lines
      : ['There is no transcript: nothing was said, or ElevenLabs was told to leave it out.']),
    '',
  ].join('\n');
};

const turnLines = ({
  role,
  time_in_call_secs,
  message,
  interrupted,
  tool_calls,
  tool_results,
}: z.infer<typeof turn>): string[] => [
  `[${clock(time_in_call_secs)}] ${speaker(role)}: ${oneLine(message) || '(no words)'}` +
    (interrupted === true ? ' (interrupted)' : ''),
  ...tool_calls.map(({ tool_name }) => `        calls ${toolName(tool_name)}`),
  ...tool_results.map(
    ({ tool_name, is_error, tool_latency_secs }) =>
      `        ${toolName(tool_name)}: ${is_error === true ? 'error' : 'ok'}${latency(tool_latency_secs)}`,
  ),
];

const speaker = (role: string | null): string => {
  if (role === 'user') return 'Caller';
  return role === 'agent' ? 'Agent' : 'Somebody';
};

const toolName = (name: string | null): string => oneLine(name).slice(0, 128) || '(a tool without a name)';

const latency = (seconds: number | null): string => (seconds === null ? '' : ` after ${seconds.toFixed(2)} s`);

/** `mm:ss`; an hour is 60 minutes. */
const clock = (seconds: number | null): string => {
  if (seconds === null || seconds < 0) return '--:--';
  const whole = Math.floor(seconds);
  return [Math.floor(whole / 60), whole % 60].map((part) => String(part).padStart(2, '0')).join(':');
};

/** The last second that a Date can hold. */
const maxUnixS = 8_640_000_000_000;

const isoTime = (unixS: number | null): string =>
  unixS === null || Math.abs(unixS) > maxUnixS
    ? 'at an unknown time'
    : new Date(unixS * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** Removes control characters too, because a terminal would obey them. */
const oneLine = (text: string | null): string => (text ?? '').replace(/[\s\p{Cc}]+/gu, ' ').trim();
