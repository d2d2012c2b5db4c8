import { caller } from '../callers/caller';
import type { KnownCaller } from '../initiation/initiation';
import { type AgentSetup, agentSetup } from '../setup/agent-setup';
import { setupKey } from './agent-setups';
import { callerKey } from './callers';
import type { LedgerTable } from './table';

/** What one read of the ledger tells of a starting call. */
export interface CallerAndSetup {
  /** In the order of the hashes. */
  readonly callers: readonly KnownCaller[];
  /** Undefined for an agent that was never checked. */
  readonly setup: AgentSetup | undefined;
}

/**
 * The caller's items under these hashes and the agent's set-up, in one read; what has expired by `nowS` (unix seconds)
 * is left out. Nothing is read where there is nothing to look for. Throws 503.
 */
export const callerAndSetup = async (
  table: Pick<LedgerTable, 'getMany'>,
  hashes: readonly string[],
  agentId: string | undefined,
  nowS: number,
): Promise<CallerAndSetup> => {
  const agentKey = agentId === undefined ? undefined : setupKey(agentId);
  const keys = [...hashes.map(callerKey), ...(agentKey === undefined ? [] : [agentKey])];
  if (keys.length === 0) return { callers: [], setup: undefined };
  const items = await table.getMany(keys);
  const setup = agentKey === undefined ? undefined : items.get(agentKey);
  const known = hashes.flatMap((hash): KnownCaller[] => {
    const item = items.get(callerKey(hash));
    return item === undefined ? [] : [{ hash, caller: caller.parse(item) }];
  });
  return {
    callers: known.filter(({ caller: { expires_at } }) => expires_at > nowS),
    setup: setup === undefined ? undefined : agentSetup.parse(setup),
  };
};
