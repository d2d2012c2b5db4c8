import { caller } from '../callers/caller';
import type { KnownCaller } from '../initiation/initiation';
import { type AgentSetup, agentSetup } from '../setup/agent-setup';
import { type Agent, agentItem } from '../voices/agent';
import { type Conversation, conversationItem } from '../voices/conversation';
import { setupKey } from './agent-setups';
import { itemKey } from './aggregate';
import { callerKey } from './callers';
import type { LedgerTable } from './table';

/** What one read of the ledger returns about a caller and an agent. */
export interface CallerAndSetup {
  /** The callers, in the order of the hashes. */
  readonly callers: readonly KnownCaller[];
  /** The agent's setup; undefined if the agent was never checked. */
  readonly setup: AgentSetup | undefined;
}

/** What one read of the ledger returns about a starting call. */
export interface LedgerView extends CallerAndSetup {
  /** The agent; undefined if it never had a voice from Precall. */
  readonly agent: Agent | undefined;
  /** The call itself, if the ledger has it: as a pre-call, through the pre-call that it used, or through its end. */
  readonly call: Conversation | undefined;
}

type Items = ReadonlyMap<string, unknown>;

/**
 * Reads the callers with these hashes and the agent's setup in one request. Omits what has expired by `nowS` (unix
 * seconds). Sends no request if there is nothing to read. Throws 503 when DynamoDB fails.
 */
export const callerAndSetup = async (
  table: Pick<LedgerTable, 'getMany'>,
  hashes: readonly string[],
  agentId: string | undefined,
  nowS: number,
): Promise<CallerAndSetup> => {
  const keys = [...hashes.map(callerKey), ...(agentId === undefined ? [] : [setupKey(agentId)])];
  const items: Items = keys.length === 0 ? new Map() : await table.getMany(keys);
  return { callers: callersIn(items, hashes, nowS), setup: setupIn(items, agentId) };
};

/**
 * Reads what `callerAndSetup` reads, the agent, and the call with this ElevenLabs id. Throws 503 when DynamoDB fails.
 */
export const lookUpCall = async (
  table: Pick<LedgerTable, 'getMany'>,
  { hashes, agentId, callId }: { hashes: readonly string[]; agentId: string | undefined; callId: string | undefined },
  nowS: number,
): Promise<LedgerView> => {
  const ofAgent = agentId === undefined ? [] : [setupKey(agentId), itemKey('agent', agentId)];
  const ofCall = callId === undefined ? [] : [itemKey('conversation', callId)];
  const keys = [...hashes.map(callerKey), ...ofAgent, ...ofCall];
  const items: Items = keys.length === 0 ? new Map() : await table.getMany(keys);
  const agent = agentId === undefined ? undefined : items.get(itemKey('agent', agentId));
  const call = callId === undefined ? undefined : items.get(itemKey('conversation', callId));
  return {
    callers: callersIn(items, hashes, nowS),
    setup: setupIn(items, agentId),
    agent: agent === undefined ? undefined : agentItem.parse(agent),
    call: unexpired(call, nowS),
  };
};

const callersIn = (items: Items, hashes: readonly string[], nowS: number): KnownCaller[] => {
  const known = hashes.flatMap((hash): KnownCaller[] => {
    const item = items.get(callerKey(hash));
    return item === undefined ? [] : [{ hash, caller: caller.parse(item) }];
  });
  return known.filter(({ caller: { expires_at } }) => expires_at > nowS);
};

const setupIn = (items: Items, agentId: string | undefined): AgentSetup | undefined => {
  const setup = agentId === undefined ? undefined : items.get(setupKey(agentId));
  return setup === undefined ? undefined : agentSetup.parse(setup);
};

const unexpired = (item: unknown, nowS: number): Conversation | undefined => {
  const call = item === undefined ? undefined : conversationItem.parse(item);
  return call !== undefined && call.expires_at > nowS ? call : undefined;
};
