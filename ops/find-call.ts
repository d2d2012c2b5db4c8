import * as z from 'zod';
import { recordIdOf } from '../lambdas/calls/storage-keys';
import { type StoredCall, storedCall } from '../lambdas/calls/stored-call';
import { elevenLabsId } from '../lambdas/platform/ids';
import {
  callDigest,
  conversationOf,
  isClaimed,
  type ThreeCxCall,
  threeCxCall,
} from '../lambdas/three-cx/three-cx-call';
import { type Agent, agentItem } from '../lambdas/voices/agent';
import { type Conversation, conversationItem, takenBy, voiceOf } from '../lambdas/voices/conversation';
import { type Voice, voiceItem } from '../lambdas/voices/voice';
import type { Installation } from './installation';
import { itemKey, readItem } from './ledger';

/** Everything that the ledger stores about one call. */
export interface KnownCall {
  /** The id that was asked for. */
  readonly id: string;
  readonly conversation: Conversation | undefined;
  readonly record: StoredCall | undefined;
  readonly threeCx: ThreeCxCall | undefined;
  readonly voice: Voice | undefined;
  readonly agent: Agent | undefined;
  /** Every id that log lines use for this call. */
  readonly ids: ReadonlySet<string>;
}

const link = z.object({ call: z.string() });

/**
 * Reads what the ledger stores under an id: a conversation's id, 3CX's id of a call, or a sender's id of a flat call.
 * Fields without data are undefined.
 */
export const findCall = async (installation: Installation, id: string): Promise<KnownCall> => {
  const isConversationId = elevenLabsId.safeParse(id).success;
  const read = <T>(kind: string, key: string, schema: z.ZodType<T>): Promise<T | undefined> =>
    readItem(installation, itemKey(kind, key), schema);
  const [asked, ownRecord, flatRecord, linked] = await Promise.all([
    isConversationId ? read('conversation', id, conversationItem) : undefined,
    isConversationId ? read('record', id, storedCall) : undefined,
    read('record', recordIdOf({ foreignId: id }), storedCall),
    isConversationId ? read('callref', id, link) : undefined,
  ]);
  const threeCx = await read('call', linked?.call ?? callDigest(id), threeCxCall);
  const reportedAs = (asked && takenBy(asked)) ?? (isClaimed(threeCx) ? conversationOf(threeCx.agent_call) : undefined);
  const record =
    ownRecord ?? flatRecord ?? (reportedAs === undefined ? undefined : await read('record', reportedAs, storedCall));
  const precallId = record?.precall_conversation_id ?? asked?.took;
  const found =
    precallId === undefined || precallId === id ? asked : await read('conversation', precallId, conversationItem);
  const voiceId = (found && voiceOf(found)) ?? legVoice(threeCx);
  const agentId = found?.agent_id ?? record?.agent_id ?? undefined;
  return {
    id,
    conversation: found ?? asked,
    record,
    threeCx,
    voice: voiceId === undefined ? undefined : await read('voice', voiceId, voiceItem),
    agent: agentId === undefined ? undefined : await read('agent', agentId, agentItem),
    ids: new Set([id, reportedAs, precallId, ...threeCxIds(threeCx)].filter((each) => each !== undefined)),
  };
};

/** Tells whether the ledger has any data about the call. */
export const isKnown = (call: KnownCall): boolean =>
  call.conversation !== undefined || call.record !== undefined || call.threeCx !== undefined;

const legVoice = (call: ThreeCxCall | undefined): string | undefined =>
  isClaimed(call) && call.agent_call?.state === 'placed' ? call.agent_call.voice_id : undefined;

const threeCxIds = (call: ThreeCxCall | undefined): string[] => {
  if (call === undefined) return [];
  if (!isClaimed(call)) return [call.call];
  const legs = [conversationOf(call.greeting), conversationOf(call.agent_call)];
  return [call.call, call.threecx_call_id, ...legs.filter((each) => each !== undefined)];
};
