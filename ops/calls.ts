import * as z from 'zod';
import { type StoredCall, storedCall } from '../lambdas/calls/stored-call';
import { type ClaimedCall, isClaimed, threeCxCall } from '../lambdas/three-cx/three-cx-call';
import { type Conversation, conversationItem } from '../lambdas/voices/conversation';
import { callRows, type CallSummary, type StartedCall } from './call-rows';
import type { Installation } from './installation';
import { itemKey, listItems, readItems } from './ledger';
import { searchLogs } from './logs';

/**
 * How long the ledger keeps the end of a conversation, in seconds. It keeps all other data of a conversation longer.
 */
const keptAfterEndS = 48 * 3600;

/** A call without a pre-call is in the logs alone until its end. No call lasts longer, in milliseconds. */
const longestCallMs = 2 * 3_600_000;

/** Records are listed by their expiry, which a changed retention mixes up. After so many older ones the rest is too. */
const maxOlderRecords = 500;

/**
 * Lists the calls since a time (unix milliseconds), newest first, each once: calls of the ledger, calls that started
 * without a pre-call, and requests that were rejected at once.
 */
export const listCalls = async (installation: Installation, sinceMs: number): Promise<CallSummary[]> => {
  const [conversations, threeCx, legs, reported, started, refused] = await Promise.all([
    conversationsSince(installation, sinceMs),
    threeCxCallsSince(installation, sinceMs),
    legsOf(installation),
    recordsSince(installation, sinceMs),
    startedCalls(installation, Math.max(sinceMs, Date.now() - longestCallMs)),
    refusalsSince(installation, sinceMs),
  ]);
  const records = new Map([...reported, ...(await recordsOf(installation, conversations))]);
  const known = callRows({ conversations, records, threeCx, legs, started });
  const ids = new Set(known.flatMap(({ id, otherIds }) => [id, ...otherIds]));
  const all = [...known, ...refused.filter(({ id }) => !ids.has(id))];
  return all.filter(({ atMs }) => atMs >= sinceMs).sort((a, b) => b.atMs - a.atMs);
};

const conversationsSince = (installation: Installation, sinceMs: number): Promise<Conversation[]> => {
  const fromS = Math.floor(sinceMs / 1000) + keptAfterEndS;
  return Array.fromAsync(listItems(installation, 'conversation', conversationItem, { fromS }));
};

const recordsOf = async (
  installation: Installation,
  conversations: readonly Conversation[],
): Promise<[string, StoredCall][]> => {
  const ended = conversations.filter(({ ended_at }) => ended_at !== undefined);
  const keys = ended.map(({ conversation_id: id }) => itemKey('record', id));
  const found = await readItems(installation, keys, storedCall);
  return [...found.values()].map((record) => [record.record_id, record]);
};

/** Reads the records of calls that have no conversation id. All others are found by their conversation. */
const recordsSince = async (installation: Installation, sinceMs: number): Promise<[string, StoredCall][]> => {
  const found: [string, StoredCall][] = [];
  let older = 0;
  for await (const record of listItems(installation, 'record', storedCall, { isNewestFirst: true })) {
    const atMs = record.announced_at ?? Infinity;
    older = atMs < sinceMs ? older + 1 : 0;
    if (older > maxOlderRecords) break;
    if (older === 0 && record.conversation_id === null && record.erased_at === undefined)
      found.push([record.record_id, record]);
  }
  return found;
};

const threeCxCallsSince = async (installation: Installation, sinceMs: number): Promise<ClaimedCall[]> => {
  const found: ClaimedCall[] = [];
  for await (const call of listItems(installation, 'call', threeCxCall))
    if (isClaimed(call) && call.received_at >= sinceMs) found.push(call);
  return found;
};

const link = z.object({ pk: z.string(), call: z.string() });

const legsOf = async (installation: Installation): Promise<ReadonlyMap<string, string>> => {
  const found = new Map<string, string>();
  for await (const { pk, call } of listItems(installation, 'callref', link))
    found.set(pk.slice(itemKey('callref', '').length), call);
  return found;
};

/** Reads from the log about which calls ElevenLabs asked before they started. */
const startedCalls = async (installation: Installation, fromMs: number): Promise<StartedCall[]> => {
  const lines = await searchLogs(installation, { terms: ['initiation_answered'], fromMs, functions: ['Initiation'] });
  return lines.flatMap(({ conversation_id: id, agent_id, atMs }) =>
    id == null ? [] : [{ id, atMs, agentId: agent_id ?? undefined }],
  );
};

/** Reads pre-calls that never reached the ledger from the log. */
const refusalsSince = async (installation: Installation, fromMs: number): Promise<CallSummary[]> => {
  const functions = ['PreCall', 'ThreeCx'];
  const lines = await searchLogs(installation, { terms: ['webhook_refused'], fromMs, functions });
  return lines.map(({ conversation_id, request_id, atMs, agent_id, error_code }) => ({
    id: conversation_id ?? `request ${request_id ?? ''}`,
    otherIds: [],
    kind: 'refused',
    atMs,
    agentId: agent_id ?? undefined,
    voiceId: undefined,
    state: `refused: ${error_code ?? 'unknown'}`,
    isFailed: true,
  }));
};
