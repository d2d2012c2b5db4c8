import {
  type CostExplorerClient,
  type Expression,
  GetCostAndUsageCommand,
  type GetCostAndUsageCommandInput,
  type Group,
} from '@aws-sdk/client-cost-explorer';
import type { Installation } from './installation';

/** What one AWS service cost. */
export interface ServiceCost {
  readonly service: string;
  readonly amount: number;
}

/** The costs of an installation in the current month, as AWS has counted them so far. */
export interface Costs {
  /** The first day of the month, such as `2026-11-01`. */
  readonly from: string;
  readonly currency: string;
  /** Without taxes and credits, highest first. Services that cost nothing are left out. */
  readonly services: readonly ServiceCost[];
  readonly total: number;
  /** False if AWS counts nothing under the installation's tags, which an account must activate. */
  readonly isCountedByTag: boolean;
}

const dayMs = 24 * 3_600_000;
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** The tags that every resource of the stage has. */
const tagsOf = (stage: string): Expression => ({
  And: Object.entries({ application: 'precall', stage }).map(([Key, value]) => ({ Tags: { Key, Values: [value] } })),
});

/**
 * Returns this month's costs of a stage by service, from Cost Explorer. AWS bills each request with 0.01 US dollars and
 * counts up to a day late. Returns undefined for a local stack, which AWS does not bill.
 */
export const costsOf = async ({ clients, stage }: Installation, nowMs: number): Promise<Costs | undefined> => {
  if (stage === undefined) return undefined;
  const from = `${day(nowMs).slice(0, 7)}-01`;
  const request = {
    TimePeriod: { Start: from, End: day(nowMs + dayMs) },
    Granularity: 'MONTHLY' as const,
    Metrics: ['UnblendedCost'],
    Filter: tagsOf(stage),
    GroupBy: [{ Type: 'DIMENSION' as const, Key: 'SERVICE' }],
  };
  const services: ServiceCost[] = [];
  let currency = 'USD';
  for (const { Keys: [service = 'other'] = [], Metrics } of await groupsOf(clients.costs, request)) {
    const { Amount = '0', Unit } = Metrics?.['UnblendedCost'] ?? {};
    services.push({ service, amount: Number(Amount) });
    currency = Unit ?? currency;
  }
  return {
    from,
    currency,
    services: services.filter(({ amount }) => amount !== 0).sort((a, b) => b.amount - a.amount),
    total: services.reduce((sum, { amount }) => sum + amount, 0),
    isCountedByTag: services.length > 0,
  };
};

const groupsOf = async (client: CostExplorerClient, request: GetCostAndUsageCommandInput): Promise<Group[]> => {
  const found: Group[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(new GetCostAndUsageCommand({ ...request, NextPageToken: token }));
    found.push(...(page.ResultsByTime ?? []).flatMap(({ Groups = [] }) => Groups));
    token = page.NextPageToken;
  } while (token !== undefined);
  return found;
};
