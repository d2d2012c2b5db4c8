import {
  billedS,
  callsPerSecretRead,
  coldShare,
  coldStartS,
  kept,
  logBytes,
  monthHours,
  polling,
  rowsAtReconcile,
  type Volume,
} from './assumptions';
import { type Counted, installation, memoryMb, reconcileRun, type WayName } from './counted';
import { costOf } from './prices';

/** What one service costs in a month, in US dollars, and for what. */
export interface Line {
  readonly service: string;
  readonly reckoned: string;
  readonly usd: number;
}

const kbPerGb = 1024 * 1024;

const some = (count: number, noun: string): string => `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;

const total = (invocations: Counted['invocations'], each: (name: string) => number): number =>
  Object.entries(invocations).reduce((sum, [name, times]) => sum + times * each(name), 0);

const invocationsOf = ({ invocations }: Counted): number => total(invocations, () => 1);

/** GB-seconds of one call. Throws for a function that nobody has said anything of. */
const gbSecondsOf = ({ invocations }: Counted, cold: number): number =>
  total(invocations, (name) => {
    const [mb, seconds] = [memoryMb[name], billedS[name]];
    if (mb === undefined || seconds === undefined) throw new Error(`${name}: say its memory and how long it runs.`);
    return (mb / 1024) * (seconds + cold * coldStartS);
  });

const logKbOf = (one: Counted): number =>
  one.logKb + (invocationsOf(one) * logBytes.perInvocation + one.apiRequests * logBytes.perApiRequest) / 1024;

/** What the calls of a month cost that all go this way; what is fixed comes on top. */
export const costsOfCalls = (one: Counted, calls: Volume): Line[] => {
  const invocations = invocationsOf(one);
  const gbSeconds = gbSecondsOf(one, coldShare[calls]);
  const logGb = (calls * logKbOf(one)) / kbPerGb;
  const times = (name: Parameters<typeof costOf>[0], quantity: number): number => costOf(name, calls * quantity);
  return [
    { service: 'API Gateway', reckoned: some(one.apiRequests, 'request'), usd: times('apiRequest', one.apiRequests) },
    {
      service: 'Lambda',
      reckoned: `${some(invocations, 'invocation')}, ${gbSecondsOf(one, 0).toFixed(2)} GB-seconds, and cold starts`,
      usd: times('invocation', invocations) + times('gbSecond', gbSeconds),
    },
    {
      service: 'DynamoDB',
      reckoned: `${some(one.writeUnits, 'write unit')}, ${some(one.readUnits, 'read unit')}`,
      usd: times('writeUnit', one.writeUnits) + times('readUnit', one.readUnits),
    },
    {
      service: 'S3',
      reckoned: `${some(one.s3Writes, 'write')}, ${some(one.s3Reads, 'read')}`,
      usd: times('s3Write', one.s3Writes) + times('s3Read', one.s3Reads),
    },
    { service: 'SQS', reckoned: some(one.sqsRequests, 'request'), usd: times('sqsRequest', one.sqsRequests) },
    { service: 'EventBridge', reckoned: some(one.busEvents, 'event'), usd: times('busEvent', one.busEvents) },
    {
      service: 'Secrets Manager',
      reckoned: `${some(one.secretReads, 'read')}, shared by calls within minutes`,
      usd: times('secretRead', one.secretReads / callsPerSecretRead[calls]),
    },
    {
      service: 'CloudWatch Logs',
      reckoned: `${logKbOf(one).toFixed(1)} KB, kept for a month`,
      usd: costOf('logGb', logGb) + costOf('logGbMonth', logGb),
    },
    { service: 'X-Ray', reckoned: some(invocations, 'trace'), usd: times('trace', invocations) },
    {
      service: 'Data sent to ElevenLabs',
      reckoned: `${one.kbToElevenLabs} KB`,
      usd: costOf('transferGb', (calls * one.kbToElevenLabs) / kbPerGb),
    },
  ];
};

/** What is stored of as many calls each month costs in a month, once the oldest have begun to go; and what reconcile reads of them. */
export const costsOfKeeping = (way: WayName, calls: Volume): Line[] => {
  const gbMonths = ({ kb, months }: { kb: number; months: number }): number => (calls * kb * months) / kbPerGb;
  const objects = [kept.rawEvent, kept.transcripts, ...(way === 'recording' ? [kept.recording] : [])];
  const s3Gb = objects.reduce((sum, each) => sum + gbMonths(each), 0);
  const tableGb = gbMonths(kept.record);
  const rowsKb = calls * (rowsAtReconcile.hours / monthHours) * rowsAtReconcile.kb;
  return [
    {
      service: 'S3, stored',
      reckoned: `${some(calls, 'call')} a month leave ${s3Gb.toFixed(1)} GB`,
      usd: costOf('s3GbMonth', s3Gb),
    },
    {
      service: 'DynamoDB, stored',
      reckoned: `${some(calls, 'call')} a month leave ${tableGb.toFixed(1)} GB with index, and backups`,
      usd: costOf('tableGbMonth', tableGb) + costOf('backupGbMonth', tableGb),
    },
    {
      service: 'DynamoDB, read by reconcile',
      reckoned: `${some(calls, 'call')} a month: ${some(Math.ceil(rowsKb / 8), 'read unit')} a run`,
      usd: costOf('readUnit', (monthHours * rowsKb) / 8),
    },
  ];
};

/** What a month costs in which nobody calls. */
export const fixedCosts = (): Line[] => {
  const { alarmMetrics, customMetrics, dashboards, secrets, polledQueues } = installation;
  const polls = polledQueues * polling.connections * polling.perMinute * 60 * monthHours;
  const { writeUnits, readUnits, secretReads } = reconcileRun;
  const logGb = (monthHours * logKbOf(reconcileRun)) / kbPerGb;
  return [
    {
      service: 'CloudWatch alarms',
      reckoned: `${some(alarmMetrics, 'metric')} that alarms look at`,
      usd: costOf('alarmMetricMonth', alarmMetrics),
    },
    {
      service: 'CloudWatch metrics',
      reckoned: `${customMetrics} of our own, at most: only hours count in which they get a value`,
      usd: costOf('metricMonth', customMetrics),
    },
    {
      service: 'CloudWatch dashboard',
      reckoned: some(dashboards, 'dashboard'),
      usd: costOf('dashboardMonth', dashboards),
    },
    { service: 'Secrets Manager', reckoned: some(secrets, 'secret'), usd: costOf('secretMonth', secrets) },
    {
      service: 'SQS',
      reckoned: `${some(polledQueues, 'queue')} that Lambda polls, ${some(polls, 'request')}`,
      usd: costOf('sqsRequest', polls),
    },
    {
      service: 'Reconcile',
      reckoned: `${monthHours} runs: Lambda, DynamoDB, secrets, logs, traces`,
      usd:
        costOf('gbSecond', monthHours * gbSecondsOf(reconcileRun, 1)) +
        costOf('invocation', monthHours) +
        costOf('writeUnit', monthHours * writeUnits) +
        costOf('readUnit', monthHours * readUnits) +
        costOf('secretRead', monthHours * secretReads) +
        costOf('logGb', logGb) +
        costOf('trace', monthHours),
    },
  ];
};

/** What a firewall (`WAF_ENABLED`) adds to a month. */
export const firewallCosts = (one: Counted, calls: Volume): number =>
  costOf('wafAclMonth', 1) +
  costOf('wafRuleMonth', installation.firewallRules) +
  costOf('wafRequest', calls * one.apiRequests);

/** How many ordinary calls of a month cost as much as the installation itself, by the price of a call where there are many. */
export const breakEvenCalls = (one: Counted, calls: Volume): number =>
  (calls * sumOf(fixedCosts())) / sumOf(costsOfCalls(one, calls));

/** What lines come to. */
export const sumOf = (lines: readonly Line[]): number => lines.reduce((sum, { usd }) => sum + usd, 0);
