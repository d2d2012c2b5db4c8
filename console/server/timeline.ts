import type { LoggedEvent } from '../../ops/logs';
import { isFault } from '../../ops/story-moments';
import { wordsOf } from '../../ops/story-words';
import type { Lane, TimelineEntry } from '../shared/documents';

/** Events that report a write to the ledger. */
const ledgerEvents: Readonly<Record<string, string>> = {
  voice_clone_start: 'claim',
  voice_clone_success: 'voice',
  voice_reused: 'voice',
  claim_taken_over: 'claim',
  agent_update_success: 'answer',
  agent_activation_superseded: 'takeover',
  agent_restored: 'agent',
  agent_changed_by_person: 'agent',
  voice_use_ended: 'release',
  voice_prolonged: 'expiry',
  voice_expired: 'expiry',
  voice_deleted: 'deleted',
  postcall_ingested: 'end',
  call_finished: 'record',
  recording_kept: 'recording',
};

const jobEvents: Readonly<Record<string, string>> = {
  voice_deletion_queued: 'queued',
  job_waits: 'waits',
  job_failed: 'failed',
};

/** The names of ElevenLabs' operations in the drawing. */
const operations: Readonly<Record<string, string>> = {
  create_voice: 'clone',
  get_agent: 'read agent',
  get_agent_version: 'read version',
  get_voice: 'read voice',
  patch_agent: 'change agent',
  delete_voice: 'delete voice',
  list_voices: 'find voice',
  get_conversation: 'read call',
  get_conversation_audio: 'recording',
  get_convai_settings: 'read settings',
  place_call: 'place call',
};

/** Builds the timeline of a call for the drawing, oldest first. */
export const timelineOf = (lines: readonly LoggedEvent[], ids: ReadonlySet<string>): TimelineEntry[] =>
  lines.flatMap((line) => entriesOf(line, ids)).sort((a, b) => a.fromMs - b.fromMs);

const entriesOf = (line: LoggedEvent, ids: ReadonlySet<string>): TimelineEntry[] => {
  const words = wordsOf(line, ids);
  if (words === undefined) return [];
  const { lane, label, tookMs } = placeOf(line);
  const otherCallId = [line.superseded_conversation_id, line.superseding_conversation_id].find(
    (id) => id != null && !ids.has(id),
  );
  return [
    {
      lane,
      label,
      fromMs: line.atMs - tookMs,
      untilMs: line.atMs,
      words,
      isFault: isFault(line),
      ...(otherCallId != null && { otherCallId }),
    },
  ];
};

interface Place {
  readonly lane: Lane;
  readonly label: string;
  readonly tookMs: number;
}

const placeOf = (line: LoggedEvent): Place => {
  const { event, operation, route, duration_ms, processing_time_ms } = line;
  if (event === 'elevenlabs_call') {
    const name = operation ?? '';
    return { lane: 'elevenlabs', label: operations[name] ?? name.replaceAll('_', ' '), tookMs: duration_ms ?? 0 };
  }
  if (event === 'webhook_complete')
    return { lane: 'requests', label: route ?? 'request', tookMs: processing_time_ms ?? 0 };
  const ledger = Object.hasOwn(ledgerEvents, event) ? ledgerEvents[event] : undefined;
  if (ledger !== undefined) return { lane: 'ledger', label: ledger, tookMs: 0 };
  const job = Object.hasOwn(jobEvents, event) ? jobEvents[event] : undefined;
  if (job !== undefined) return { lane: 'jobs', label: job, tookMs: 0 };
  const isRequest = event.startsWith('webhook_') || event === 'initiation_answered' || event === 'threecx_event';
  return { lane: isRequest ? 'requests' : 'jobs', label: event.replaceAll('_', ' '), tookMs: 0 };
};
