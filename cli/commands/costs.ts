import { type Costs, costsOf } from '../../ops/costs';
import type { Command } from '../command';
import { exitCodes } from '../exit-codes';
import { noArguments } from '../run-command';
import { table } from '../table';

const local =
  'The local stack costs nothing, because AWS does not bill it. Name a deployed stage with --stage. docs/COSTS.md ' +
  'estimates the costs of your calls.';

const notByTag = (stage: string): string =>
  'AWS has counted no costs by tag for this stage yet. Activate the cost allocation tags "application" and "stage" ' +
  `of the account once (Billing, Cost allocation tags). AWS counts from then on, and shows the costs of ${stage} ` +
  'a day later.';

/** `precall costs`. */
export const costs: Command = {
  summary: "Shows this month's costs of a deployed stage by AWS service, as far as the account counts them by tag",
  forms: [''],
  about:
    'The costs are those of AWS, not of ElevenLabs. AWS counts up to a day late, and bills 0.01 US dollars each time.',
  examples: ['precall costs --stage prod', 'precall costs --stage prod --json | jq .total'],
  run: async (invocation) => {
    noArguments(invocation);
    const installation = await invocation.installation();
    const found = await costsOf(installation, Date.now());
    if (found === undefined) invocation.show({ total: 0, services: [] }, [local]);
    else invocation.show(found, found.isCountedByTag ? describe(found) : [notByTag(installation.stage ?? '')]);
    return found?.isCountedByTag === false ? exitCodes.refused : exitCodes.done;
  },
};

const describe = ({ from, currency, services, total }: Costs): string[] => [
  ...table(
    ['service', currency],
    [...services, { service: 'total', amount: total }].map(({ service, amount }) => [service, amount.toFixed(2)]),
  ),
  '',
  `Since ${from}, without taxes and credits.`,
];
