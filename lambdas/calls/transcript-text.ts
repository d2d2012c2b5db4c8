import * as z from 'zod';
import type { ConversationDetails } from './conversation-details';
import { flagOrNull, isJsonObject, numberOrNull, part, textOrNull } from './json-fields';
import type { TranscriptionEvent } from './post-call-event';

const toolCall = z.object({ tool_name: textOrNull, tool_has_been_called: flagOrNull });
const transfer = part({ to_agent: textOrNull, transfer_number: textOrNull });
const toolResult = z.object({
  tool_name: textOrNull,
  is_error: flagOrNull,
  is_blocked: flagOrNull,
  tool_has_been_called: flagOrNull,
  tool_latency_secs: numberOrNull,
  result: z.unknown().optional(),
  result_value: textOrNull,
});
const sentFile = z.object({ file_id: textOrNull, original_filename: textOrNull, mime_type: textOrNull });
const voicedPart = z.object({ text: textOrNull, voice_label: textOrNull });

const listOf = <Item>(item: z.ZodType<Item>) =>
  z
    .unknown()
    .optional()
    .transform((json) => (Array.isArray(json) ? json : []).filter(isJsonObject).map((entry) => item.parse(entry)));

const turn = z.object({
  role: textOrNull,
  time_in_call_secs: numberOrNull,
  message: textOrNull,
  multivoice_message: part({ parts: listOf(voicedPart) }),
  file_input: z.unknown().optional(),
  file_inputs: listOf(sentFile),
  interrupted: flagOrNull,
  tool_calls: listOf(toolCall),
  tool_results: listOf(toolResult),
});

const turns = listOf(turn);
type Turn = z.infer<typeof turn>;

/**
 * Formats a transcript for people. Begins with ids, start and duration of the conversation. Each turn has its words,
 * one line per voice, and the files it sent. The tools it used, with name and outcome, and any transfer follow. Omits
 * empty turns. Line breaks within a turn become spaces, so that no speaker can forge another's line. The same event
 * always gives the same text. Never throws.
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
    `Conversation ${event.conversationId} with agent ${event.agentId ?? 'unknown'}`,
    `Started ${isoTime(start_time_unix_secs)}, lasted ${clock(call_duration_secs)}`,
    '',
    ...(lines.length > 0
      ? lines
      : ['There is no transcript: nothing was said, or ElevenLabs was told to leave it out.']),
    '',
  ].join('\n');
};

const turnLines = (said: Turn): string[] => [
  ...wordLines(said),
  ...filesOf(said).map((file) => `[${clock(said.time_in_call_secs)}] ${speaker(said.role)} sends the file ${file}`),
  ...said.tool_calls.map(
    ({ tool_name, tool_has_been_called }) =>
      `        ${tool_has_been_called === false ? 'does not call' : 'calls'} ${toolName(tool_name)}`,
  ),
  ...said.tool_results.map(
    (result) => `        ${toolName(result.tool_name)}: ${outcomeOf(result)}${latency(result.tool_latency_secs)}`,
  ),
];

/** Returns the words of a turn, with voice names if several voices speak. */
const wordLines = ({ role, time_in_call_secs, message, multivoice_message, interrupted }: Turn): string[] => {
  const parts = multivoice_message.parts.filter(({ text }) => oneLine(text) !== '');
  const spoken = parts.length > 0 ? parts : [{ text: message, voice_label: null }];
  const lines = spoken
    .filter(({ text }) => oneLine(text) !== '')
    .map(({ text, voice_label }) => {
      const voice = oneLine(voice_label).slice(0, 128);
      return `[${clock(time_in_call_secs)}] ${speaker(role)}${voice === '' ? '' : ` as ${voice}`}: ${oneLine(text)}`;
    });
  return lines.map((line, at) => (interrupted === true && at === lines.length - 1 ? `${line} (interrupted)` : line));
};

/** Returns the files of a turn, by name and type. The older field repeats the first file. */
const filesOf = ({ file_input, file_inputs }: Turn): string[] => {
  const first = isJsonObject(file_input) ? [sentFile.parse(file_input)] : [];
  const all = file_inputs.length > 0 ? file_inputs : first;
  return all.map(({ original_filename, mime_type, file_id }) => {
    const name = (oneLine(original_filename) || oneLine(file_id)).slice(0, 256) || '(without a name)';
    const type = oneLine(mime_type).slice(0, 128);
    return type === '' ? name : `${name} (${type})`;
  });
};

const outcomeOf = (result: z.infer<typeof toolResult>): string => {
  if (result.tool_has_been_called === false) return 'not called';
  if (result.is_blocked === true) return 'blocked';
  if (result.is_error === true) return 'error';
  const { to_agent, transfer_number } = transfer.parse(result.result ?? parsedOrNothing(result.result_value));
  const target = oneLine(transfer_number ?? to_agent).slice(0, 256);
  return target === '' ? 'ok' : `ok, transferred to ${target}`;
};

/** Parses the result of a tool, which may be JSON text. */
const parsedOrNothing = (text: string | null): unknown => {
  if (text === null || text.length > maxResultChars || !text.trim().startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const maxResultChars = 10_000;

const speaker = (role: string | null): string => {
  if (role === 'user') return 'Caller';
  return role === 'agent' ? 'Agent' : 'Somebody';
};

const toolName = (name: string | null): string => oneLine(name).slice(0, 128) || '(a tool without a name)';

const latency = (seconds: number | null): string => (seconds === null ? '' : ` after ${seconds.toFixed(2)} s`);

/** Formats seconds as `mm:ss`. An hour is 60 minutes. */
const clock = (seconds: number | null): string => {
  if (seconds === null || seconds < 0) return '--:--';
  const whole = Math.floor(seconds);
  return [Math.floor(whole / 60), whole % 60].map((part) => String(part).padStart(2, '0')).join(':');
};

/** The last second that a Date can represent. */
const maxUnixS = 8_640_000_000_000;

const isoTime = (unixS: number | null): string =>
  unixS === null || Math.abs(unixS) > maxUnixS
    ? 'at an unknown time'
    : new Date(unixS * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z');

/** Joins a text into one line. Also removes control characters, because a terminal would obey them. */
const oneLine = (text: string | null): string => (text ?? '').replace(/[\s\p{Cc}]+/gu, ' ').trim();
