import { isClaimed } from '../lambdas/three-cx/three-cx-call';
import { heldWork, voiceOf } from '../lambdas/voices/conversation';
import { findCall, isKnown, type KnownCall } from './find-call';
import { type Installation, OperationError } from './installation';
import { type LoggedEvent, searchLogs } from './logs';
import { objectsOfCall, type StoredObject } from './objects';
import { wordsOf } from './story-words';

/** An event in the story of a call. */
export interface Moment {
  /** When it happened, in unix milliseconds. */
  readonly atMs: number;
  readonly words: string;
  /** Whether it is an error or a rejection. */
  readonly isFault: boolean;
  /** The function that logged it. */
  readonly service: string | undefined;
  /** The request id for ElevenLabs' support, if it was a request to ElevenLabs. */
  readonly elevenLabsRequestId: string | undefined;
}

/** The complete story of a call. */
export interface Story {
  readonly call: KnownCall;
  readonly moments: readonly Moment[];
  /** The log lines from which the moments were read, oldest first. They contain ids only. */
  readonly lines: readonly LoggedEvent[];
  /** What the ledger stores, one line each. */
  readonly ledger: readonly string[];
  readonly objects: readonly StoredObject[];
  /** What is still to come, one line each. */
  readonly next: readonly string[];
}

const dayMs = 24 * 3_600_000;
/** Log lines may precede the signing of a pre-call, because the sender's clock may differ. */
const slackMs = 10 * 60_000;

/**
 * Returns what happened in a call, what is stored about it, and what is still to come. `sinceMs` (unix milliseconds) is
 * the start of the log search. Throws OperationError if nothing is known about the call.
 */
export const storyOf = async (
  installation: Installation,
  id: string,
  { nowMs, sinceMs }: { readonly nowMs: number; readonly sinceMs?: number | undefined },
): Promise<Story> => {
  const call = await findCall(installation, id);
  const fromMs = sinceMs ?? beginningOf(call, nowMs) - slackMs;
  const [lines, objects] = await Promise.all([
    linesOf(installation, call, fromMs),
    /^[\w-]+$/.test(id) ? objectsOfCall(installation, id) : [],
  ]);
  if (!isKnown(call) && lines.length === 0 && objects.length === 0)
    throw new OperationError(
      'not_found',
      `Nothing is known of ${id}: not in the ledger, which forgets a call two days after its end, and not in the ` +
        `logs since ${new Date(fromMs).toISOString()}. Check the id, or look further back with --since.`,
    );
  return {
    call,
    moments: momentsOf(lines, call.ids),
    lines,
    ledger: ledgerLines(call, nowMs),
    objects,
    next: nextOf(call, nowMs),
  };
};

const beginningOf = ({ conversation, record, threeCx }: KnownCall, nowMs: number): number => {
  const times = [
    conversation?.signed_at === undefined ? undefined : conversation.signed_at * 1000,
    conversation?.ended_at,
    record?.start_time_unix_secs == null ? undefined : record.start_time_unix_secs * 1000,
    isClaimed(threeCx) ? threeCx.received_at : undefined,
  ].filter((time) => time !== undefined);
  // A sample event from ElevenLabs may contain a time of years ago.
  const recent = times.filter((time) => time > nowMs - 90 * dayMs);
  return recent.length === 0 ? nowMs - dayMs : Math.min(...recent);
};

/** Finds log lines that name the call or its voice, and lines of the same requests. */
const linesOf = async (installation: Installation, call: KnownCall, fromMs: number): Promise<LoggedEvent[]> => {
  const voiceId = call.conversation === undefined ? undefined : voiceOf(call.conversation);
  const terms = [...call.ids, ...(voiceId === undefined ? [] : [voiceId])].filter((term) => !term.includes('"'));
  const found = await Promise.all(terms.map((term) => searchLogs(installation, { terms: [term], fromMs })));
  const lines = new Map(found.flat().map((line) => [line.id, line]));
  return [...lines.values()].sort((a, b) => a.atMs - b.atMs);
};

const momentsOf = (lines: readonly LoggedEvent[], ids: ReadonlySet<string>): Moment[] =>
  lines.flatMap((line) => {
    const words = wordsOf(line, ids);
    if (words === undefined) return [];
    const isFault = line.level === 'ERROR' || line.event === 'webhook_refused' || (line.status ?? 0) >= 400;
    const request = line['elevenlabs_request_id'];
    return [
      {
        atMs: line.atMs,
        words,
        isFault,
        service: line.service ?? undefined,
        elevenLabsRequestId: typeof request === 'string' ? request : undefined,
      },
    ];
  });

const at = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');

const ledgerLines = (call: KnownCall, nowMs: number): string[] => {
  const { conversation, record, threeCx, voice, agent } = call;
  const lines: (string | undefined)[] = [
    conversation && conversationLine(conversation),
    voice && `voice ${voice.voice_id}: ${voice.state}, expires ${at(voice.expires_at * 1000)}`,
    agent && agentLine(call, nowMs),
    record && recordLine(record),
    ...(isClaimed(threeCx) ? legLines(threeCx) : threeCx === undefined ? [] : [`3CX call: ${threeCx.state}`]),
  ];
  return lines.filter((line) => line !== undefined);
};

const conversationLine = (item: NonNullable<KnownCall['conversation']>): string => {
  const parts = [
    item.erased_at !== undefined
      ? `its caller was erased at ${at(item.erased_at * 1000)}`
      : (item.work?.state ?? 'no pre-call'),
    ...(item.agent_id === undefined ? [] : [`agent ${item.agent_id}`]),
    ...(item.ended_at === undefined ? [] : [`ended ${at(item.ended_at)}`]),
  ];
  return `conversation: ${parts.join(', ')}`;
};

const agentLine = ({ agent, conversation, ids }: KnownCall, nowMs: number): string => {
  const now = agent?.activation;
  const whose =
    now === undefined
      ? 'its own voice'
      : ids.has(now.conversation_id)
        ? "this call's voice"
        : `the voice of conversation ${now.conversation_id}`;
  const pending = Object.values(agent?.pendings ?? {}).filter(({ until }) => until > nowMs).length;
  return `agent ${conversation?.agent_id ?? ''}: should have ${whose}${pending === 0 ? '' : `; ${pending} PATCH(es) may still land`}`;
};

const recordLine = ({
  erased_at,
  outcome,
  call_duration_secs,
  termination_reason,
  failure,
}: NonNullable<KnownCall['record']>) => {
  if (erased_at !== undefined) return `record: erased at ${at(erased_at * 1000)}`;
  const parts = [
    outcome ?? 'not finished',
    ...(call_duration_secs === null ? [] : [`${call_duration_secs} s`]),
    ...(termination_reason === null ? [] : [`"${termination_reason}"`]),
    ...(failure === null ? [] : [`${failure.provider}: ${failure.reason}`]),
  ];
  return `record: ${parts.join(', ')}`;
};

const legLines = ({ greeting, agent_call }: Extract<KnownCall['threeCx'], { received_at: number }>): string[] => [
  ...(greeting === undefined ? [] : [`greeting call: ${greeting.state}`]),
  agent_call === undefined
    ? 'agent call: not placed yet'
    : `agent call: ${agent_call.state}${agent_call.state === 'placed' ? describePlaced(agent_call) : ''}`,
];

const describePlaced = ({ voice_id, is_redial }: { voice_id?: string | undefined; is_redial: boolean }): string =>
  `${voice_id === undefined ? " with the agent's own voice" : ` with voice ${voice_id}`}${is_redial ? ', after a busy line' : ''}`;

const nextOf = ({ conversation, voice, threeCx }: KnownCall, nowMs: number): string[] => {
  const lines: string[] = [];
  const held = conversation === undefined ? undefined : heldWork(conversation);
  if (held !== undefined)
    lines.push(`An attempt works on the conversation, until ${at(held.lease_until)} at the latest.`);
  if (conversation?.work?.state === 'adoptable') lines.push('The sender may send it again; else its clone is deleted.');
  if (conversation?.work?.state === 'open' && conversation.ended_at === undefined)
    lines.push('The sender may send the pre-call again.');
  if (conversation?.work?.state === 'ready' && conversation.ended_at === undefined)
    lines.push(
      `The end of the call. If it is never reported, the voice is deleted after ${at(conversation.work.voice_expires_at * 1000)}.`,
    );
  if (voice?.state === 'deleting')
    lines.push('The deletion of the voice is under way; reconcile takes up what is left over.');
  if (voice?.state === 'live' && conversation?.ended_at !== undefined)
    lines.push(keptLine(voice.users, voice.expires_at, nowMs));
  if (isClaimed(threeCx) && threeCx.agent_call === undefined) lines.push('The agent call.');
  return lines.length === 0 ? ['Nothing: all work on this call is done.'] : lines;
};

const keptLine = (users: Readonly<Record<string, string>>, expiresAtS: number, nowMs: number): string =>
  Object.keys(users).length > 0
    ? `The voice is still used by ${Object.keys(users).join(', ')}.`
    : `The voice is kept for the caller's next call until ${at(expiresAtS * 1000)}${expiresAtS * 1000 < nowMs ? ', and is due to be deleted' : ''}.`;
