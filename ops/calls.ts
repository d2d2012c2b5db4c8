import { type StoredCall, storedCall } from '../lambdas/calls/stored-call';
import { threeCxCall } from '../lambdas/three-cx/three-cx-call';
import { type Conversation, conversation, voiceOf } from '../lambdas/voices/conversation';
import type { Installation } from './installation';
import { itemKey, listItems, readItems } from './ledger';
import { searchLogs } from './logs';

/** A call in a list. */
export interface CallSummary {
  /** The conversation's id, or 3CX's id of the call. */
  readonly id: string;
  readonly kind: 'conversation' | '3cx' | 'refused';
  /** When the pre-call was signed, otherwise when the call ended, in unix milliseconds. */
  readonly atMs: number;
  readonly agentId: string | undefined;
  readonly voiceId: string | undefined;
  /** The state in a few words: `ready`, `ended`, `completed`, `failed: busy`, `refused: INVALID_VOICE_SAMPLE`. */
  readonly state: string;
  readonly isFailed: boolean;
  /** When the call ended, in unix milliseconds; undefined while it continues. */
  readonly endedAtMs?: number | undefined;
  /** Duration of the call according to ElevenLabs, in seconds. */
  readonly durationS?: number | undefined;
}

/**
 * How long the ledger keeps the end of a conversation, in seconds. It keeps all other data of a conversation longer.
 */
const keptAfterEndS = 48 * 3600;

/**
 * Lists the calls since a time (unix milliseconds), newest first: calls in the ledger, and requests that were rejected
 * at once.
 */
export const listCalls = async (installation: Installation, sinceMs: number): Promise<CallSummary[]> => {
  const [known, threeCx, refused] = await Promise.all([
    conversationsSince(installation, sinceMs),
    threeCxCallsSince(installation, sinceMs),
    refusalsSince(installation, sinceMs),
  ]);
  const ids = new Set(known.map(({ id }) => id));
  const all = [...known, ...threeCx, ...refused.filter(({ id }) => !ids.has(id))];
  return all.filter(({ atMs }) => atMs >= sinceMs).sort((a, b) => b.atMs - a.atMs);
};

const conversationsSince = async (installation: Installation, sinceMs: number): Promise<CallSummary[]> => {
  const found: Conversation[] = [];
  const fromS = Math.floor(sinceMs / 1000) + keptAfterEndS;
  for await (const item of listItems(installation, 'conversation', conversation, fromS))
    if (beginningOf(item) >= sinceMs) found.push(item);
  const ended = found.filter(({ ended_at }) => ended_at !== undefined);
  const keys = ended.map(({ conversation_id }) => itemKey('record', conversation_id));
  const records = await readItems(installation, keys, storedCall);
  return found.map((item) => summaryOf(item, records.get(itemKey('record', item.conversation_id))));
};

const beginningOf = ({ signed_at, ended_at }: Conversation): number =>
  signed_at === undefined ? (ended_at ?? 0) : signed_at * 1000;

const summaryOf = (item: Conversation, record: StoredCall | undefined): CallSummary => ({
  id: item.conversation_id,
  kind: 'conversation',
  atMs: beginningOf(item),
  agentId: item.agent_id,
  voiceId: voiceOf(item),
  ...stateOf(item, record),
  endedAtMs: item.ended_at,
  durationS: record?.call_duration_secs ?? undefined,
});

const stateOf = (
  { erased_at, ended_at, work, conversation_id }: Conversation,
  record: { outcome?: string | undefined; failure: { reason: string } | null } | undefined,
): Pick<CallSummary, 'state' | 'isFailed'> => {
  if (erased_at !== undefined) return { state: 'erased', isFailed: false };
  if (record?.outcome === 'failed') {
    const reason = record.failure === null ? '' : `: ${record.failure.reason}`;
    return { state: `call failed${reason}`, isFailed: true };
  }
  const isUnanswered = work !== undefined && work.state !== 'ready' && work.state !== 'taken';
  if (ended_at !== undefined) {
    const over = record?.outcome ?? 'ended';
    return isUnanswered ? { state: `${over}, without a clone`, isFailed: true } : { state: over, isFailed: false };
  }
  if (work?.state === 'ready' || work?.state === 'taken') return { state: 'under way', isFailed: false };
  return {
    state: work === undefined ? `known by ${conversation_id} alone` : workWords[work.state],
    isFailed: isUnanswered,
  };
};

const workWords = {
  cloning: 'being cloned',
  cloned: 'cloned, being put on the agent',
  sharing: 'a kept voice is being put on the agent',
  adoptable: 'failed for now: its clone waits for the next attempt',
  open: 'failed: the sender may send it again',
  withdrawing: 'failed: its clone is being deleted',
} as const;

const threeCxCallsSince = async (installation: Installation, sinceMs: number): Promise<CallSummary[]> => {
  const found: CallSummary[] = [];
  for await (const call of listItems(installation, 'call', threeCxCall)) {
    if (call.state !== 'claimed' && call.state !== 'scheduled') continue;
    if (call.received_at < sinceMs) continue;
    const leg = call.agent_call ?? call.greeting;
    const state = `3CX: ${call.agent_call === undefined ? 'greeting' : 'agent call'} ${leg?.state ?? 'not placed yet'}`;
    const isFailed = ['failed', 'expired', 'unknown'].includes(leg?.state ?? '');
    found.push({
      id: call.threecx_call_id,
      kind: '3cx',
      atMs: call.received_at,
      agentId: undefined,
      voiceId: leg !== undefined && 'voice_id' in leg ? leg.voice_id : undefined,
      state,
      isFailed,
    });
  }
  return found;
};

/** Reads pre-calls that never reached the ledger from the log. */
const refusalsSince = async (installation: Installation, fromMs: number): Promise<CallSummary[]> => {
  const functions = ['PreCall', 'ThreeCx'];
  const lines = await searchLogs(installation, { terms: ['webhook_refused'], fromMs, functions });
  return lines.map(({ conversation_id, request_id, atMs, agent_id, error_code }) => ({
    id: conversation_id ?? `request ${request_id ?? ''}`,
    kind: 'refused',
    atMs,
    agentId: agent_id ?? undefined,
    voiceId: undefined,
    state: `refused: ${error_code ?? 'unknown'}`,
    isFailed: true,
  }));
};
