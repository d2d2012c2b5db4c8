import { adviceFor } from '../lambdas/elevenlabs/error-codes';
import { apiErrors } from '../lambdas/platform/api-errors';
import type { LoggedEvent } from './logs';

/** Explains an event in the story of a call. Returns undefined if the event only repeats another. */
export const wordsOf = (line: LoggedEvent, callIds: ReadonlySet<string>): string | undefined => {
  const wordsOfEvent = Object.hasOwn(eventWords, line.event) ? eventWords[line.event] : undefined;
  if (wordsOfEvent !== undefined) return wordsOfEvent(line, callIds);
  return line.level === 'ERROR' ? `${line.event.replaceAll('_', ' ')}: ${causeOf(line)}` : undefined;
};

type EventWords = (line: LoggedEvent, callIds: ReadonlySet<string>) => string | undefined;

const causeOf = ({ error }: LoggedEvent): string =>
  [error?.code ?? error?.name, error?.message].filter((part) => part != null).join(': ') || 'unknown';

const operations: Readonly<Record<string, string>> = {
  create_voice: 'clone the voice',
  get_agent: "read the agent's voice and greeting",
  get_agent_version: 'look up what the agent had before',
  get_convai_settings: "read the workspace's settings",
  get_voice: 'look up whose voice the agent has',
  patch_agent: "change the agent's voice and greeting",
  delete_voice: 'delete the clone',
  list_voices: 'search for a clone whose outcome is unknown',
  get_conversation: 'check whether the call is still going on',
  get_conversation_audio: 'fetch the recording',
  place_call: 'place a call',
  list_agent_branches: 'list the branches of the agent',
  list_procedures: 'list the procedures of the agent',
  list_webhooks: "list the workspace's webhooks",
  list_conversations: 'list the latest conversations',
  get_subscription: "read the plan's limits",
  delete_conversation: 'delete the conversation',
};

const elevenLabsCall: EventWords = ({ operation, status, duration_ms, attempt, elevenlabs_code, error }) => {
  const what = operations[operation ?? ''] ?? (operation ?? '').replaceAll('_', ' ');
  const code = elevenlabs_code ?? error?.code;
  const isAnswered = status != null && status > 0;
  const result = isAnswered
    ? `${status}${code == null ? '' : ` ${code}`}`
    : `no answer${code == null ? '' : ` (${code})`}`;
  const again = (attempt ?? 1) > 1 ? `, attempt ${attempt ?? ''}` : '';
  return `ElevenLabs is asked to ${what}: ${result}, ${duration_ms ?? '?'} ms${again}`;
};

const routes: Readonly<Record<string, string>> = {
  precall: 'The pre-call',
  postcall: "ElevenLabs' report of the call",
  threecx: "3CX's event",
  initiation: "ElevenLabs' question about the starting call",
};

const answered: EventWords = ({ route, status, processing_time_ms }) => {
  const request = routes[route ?? ''] ?? route ?? 'A request';
  return `${request} is answered with ${status ?? '?'} after ${processing_time_ms ?? '?'} ms`;
};

const arrivals: Readonly<Record<string, string>> = {
  precall: 'A pre-call arrives',
  initiation: 'ElevenLabs asks what the starting call is to have',
};

/** Tells that a request arrived, from the line of its answer. Returns undefined if another line tells it. */
export const arrivalOf = ({ event, route, agent_id }: LoggedEvent): string | undefined => {
  const words = event === 'webhook_complete' ? arrivals[route ?? ''] : undefined;
  return words === undefined ? undefined : `${words}${agent_id == null ? '' : `, for agent ${agent_id}`}`;
};

const refused: EventWords = ({ error_code, status }) => {
  const apiError = Object.entries(apiErrors).find(([code]) => code === error_code);
  const description = apiError?.[1][1];
  // Descriptions that end in a colon announce a code of ElevenLabs, which has a line of its own.
  const meaning = description === undefined ? '' : `: ${description.replace(/; the message begins.*:$/, '')}`;
  return `It is refused with ${error_code ?? '?'} (${status ?? '?'})${meaning}`;
};

const cloneFailed: EventWords = (line) => {
  const advice = line.error?.code == null ? '' : adviceFor(line.error.code);
  return `The clone failed: ${causeOf(line)}${advice === '' ? '' : `. ${advice}`}`;
};

/** What a job waits for. */
const waits: Readonly<Record<string, string>> = {
  lease: 'Another attempt may still be at work on it',
  pending_patch:
    'ElevenLabs did not confirm a change of the agent, which may still take effect. The clone is not deleted yet',
  agent_restored: 'The agent does not have its own voice back yet, so the clone is not deleted yet',
  announcement: 'The greeting call is not placed yet',
  greeting: 'The greeting call is not over yet',
  clone: "The caller's voice is not made yet",
  busy_line: 'The line was busy a moment ago',
  voice_used: 'Another call still uses the voice',
};

const jobWaits: EventWords = ({ waits_for, after_s }) => {
  const why = waits[waits_for ?? ''] ?? `The job waits for ${(waits_for ?? '?').replaceAll('_', ' ')}`;
  return `${why}: the job looks again in ${after_s ?? '?'} s`;
};

const placed: EventWords = ({ leg, outcome, voice_id }) => {
  const what = legWords[leg ?? ''] ?? 'call';
  if (outcome !== 'placed') return `The ${what} is not placed: ${(outcome ?? '?').replaceAll('_', ' ')}`;
  return `The ${what} is placed${voice_id == null ? '' : ` with the caller's voice ${voice_id}`}`;
};

const jobWords: Readonly<Record<string, string>> = {
  threecx_clone: "A worker begins to make the caller's voice",
  threecx_agent_call: 'A worker begins to place the agent call',
};

const voiceWords: Readonly<Record<string, string>> = {
  cloned: 'is ready',
  cached: 'was kept from an earlier call',
  claimed: 'is being made by another attempt',
  no_sample: 'cannot be made, because there is no sample of the caller',
  no_consent: 'is not used, because the consent is missing',
  lost: 'could not be kept',
};

const callerVoice: EventWords = ({ outcome }) =>
  `The caller's voice for the agent call ${voiceWords[outcome ?? ''] ?? `: ${(outcome ?? '?').replaceAll('_', ' ')}`}`;

/** Each of the two calls has its own log line, which covers that call only. */
const takenOver: EventWords = (line, callIds) => {
  const { conversation_id, superseded_conversation_id: earlier, superseding_conversation_id: later } = line;
  if (!callIds.has(conversation_id ?? '')) return undefined;
  return later == null
    ? `This call takes the agent over from conversation ${earlier ?? '?'}, which hears this caller's voice from now on`
    : `Conversation ${later} takes the agent over: from now on all callers hear its voice, this caller too`;
};

const eventWords: Readonly<Record<string, EventWords>> = {
  elevenlabs_call: elevenLabsCall,
  webhook_complete: answered,
  webhook_refused: refused,
  webhook_failed: (line) => `It fails: ${causeOf(line)}`,
  voice_clone_start: ({ sample_duration_s }) =>
    `The clone begins${sample_duration_s == null ? '' : ` with ${sample_duration_s.toFixed(1)} s of audio`}`,
  voice_clone_success: ({ voice_id }) => `The clone is made: voice ${voice_id ?? '?'}`,
  voice_clone_failed: cloneFailed,
  voice_reused: ({ voice_id }) => `A kept voice of the caller is used again: ${voice_id ?? '?'}`,
  claim_taken_over: () => 'An earlier attempt stopped half-way; this one goes on with its work',
  agent_update_start: () => undefined,
  agent_update_success: () => "The agent has the caller's voice and greeting",
  agent_update_failed: (line) => `The agent could not be changed: ${causeOf(line)}`,
  agent_activation_superseded: takenOver,
  agent_restored: () => 'The agent has its own voice and greeting back',
  agent_changed_by_person: () => 'A person changed the agent; that is kept',
  initiation_answered: ({ outcome }) => `The starting call is answered: ${(outcome ?? '?').replaceAll('_', ' ')}`,
  postcall_ingested: () => "ElevenLabs' report is stored, and its work is queued",
  postcall_dropped: ({ reason }) => `ElevenLabs' report is dropped: ${reason ?? '?'}`,
  call_finished: ({ outcome, duration_s }) => {
    const duration = duration_s == null ? '' : `, after a call of ${duration_s} s`;
    return `The end of the call is recorded: ${outcome ?? '?'}${duration}`;
  },
  recording_kept: () => 'The recording is stored',
  voice_use_ended: ({ voice_id }) => `The call no longer uses voice ${voice_id ?? '?'}`,
  voice_prolonged: () => 'The call goes on: its voice is kept for another hour',
  voice_expired: ({ voice_id }) => `The time of voice ${voice_id ?? '?'} is over`,
  voice_deleted: ({ voice_id }) => `The clone is deleted: voice ${voice_id ?? '?'}`,
  voice_deletion_queued: ({ reason }) => `A deletion job is queued: ${(reason ?? '?').replaceAll('_', ' ')}`,
  job_waits: jobWaits,
  job_failed: (line) => `A job failed, and is tried again in ${line.after_s ?? '?'} s: ${causeOf(line)}`,
  threecx_event: ({ event_type }) => `3CX reports ${typeof event_type === 'string' ? event_type : '?'}`,
  clone_job: ({ kind }) => (typeof kind === 'string' ? jobWords[kind] : undefined),
  call_placed: placed,
  call_not_placed: (line) => `The ${legWords[line.leg ?? ''] ?? 'call'} could not be placed: ${causeOf(line)}`,
  agent_call_redialled: () => 'The line was busy: the agent call is placed once more after 20 s',
  agent_call_expired: () => 'Nobody was called in time',
  caller_voice: callerVoice,
  missed_call_ingested: () => 'Reconcile found the end of the call, which no webhook had reported',
};

const legWords: Readonly<Record<string, string>> = {
  greeting: 'greeting call',
  agent_call: 'agent call',
  agent: 'agent call',
};
