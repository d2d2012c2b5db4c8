/** A list price in US dollars. */
export interface Price {
  readonly usd: number;
  /** For so many of the unit. */
  readonly per: number;
  readonly unit: string;
  /** AWS' own page, which has the prices of all regions. */
  readonly page: string;
  /** Where the figure was read. */
  readonly seen: string;
}

/** What the prices are of, and when they were read. */
export const priceList = { region: 'us-east-1', readAt: '2026-11-21' } as const;

const million = 1_000_000;
const fromMemory = 'from memory: check it against the page';

const cloudWatchPage = 'https://aws.amazon.com/cloudwatch/pricing/';
const cloudWatch =
  'https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/ (2026-06)';
const lambdaPage = 'https://aws.amazon.com/lambda/pricing/';
const dynamoDbPage = 'https://aws.amazon.com/dynamodb/pricing/on-demand/';
const dynamoDb = 'https://airbyte.com/data-engineering-resources/dynamodb-pricing (2025-07)';
const s3Page = 'https://aws.amazon.com/s3/pricing/';
const s3Requests = 'https://c3x.dev/blog/s3-request-fees-explained';
const secretsPage = 'https://aws.amazon.com/secrets-manager/pricing/';
const secrets = 'https://hivebook.wiki/wiki/aws-secrets-manager-rotated-secrets-dynamic-db-credentials-kms';
const wafPage = 'https://aws.amazon.com/waf/pricing/';
const waf = 'https://c3x.dev/blog/aws-waf-cost-explained/';

/** First-tier list prices without free tiers and taxes, of what an installation uses. */
export const prices = {
  apiRequest: {
    usd: 3.5,
    per: million,
    unit: 'requests',
    page: 'https://aws.amazon.com/api-gateway/pricing/',
    seen: 'https://docs.aws.amazon.com/whitepapers/latest/best-practices-api-gateway-private-apis-integration/cost-optimization.html',
  },
  invocation: { usd: 0.2, per: million, unit: 'invocations', page: lambdaPage, seen: lambdaPage },
  gbSecond: {
    usd: 0.0000133334,
    per: 1,
    unit: 'GB-second (arm64)',
    page: lambdaPage,
    seen: 'https://cloudchipr.com/blog/aws-lambda-pricing (2024)',
  },
  writeUnit: { usd: 0.625, per: million, unit: 'write units', page: dynamoDbPage, seen: dynamoDb },
  readUnit: { usd: 0.125, per: million, unit: 'read units', page: dynamoDbPage, seen: dynamoDb },
  tableGbMonth: {
    usd: 0.25,
    per: 1,
    unit: 'GB-month, table and index',
    page: dynamoDbPage,
    seen: 'https://aws.amazon.com/dynamodb/pricing/',
  },
  backupGbMonth: { usd: 0.2, per: 1, unit: 'GB-month, point-in-time recovery', page: dynamoDbPage, seen: fromMemory },
  s3Write: { usd: 0.005, per: 1_000, unit: 'PUT, POST, LIST', page: s3Page, seen: s3Requests },
  s3Read: { usd: 0.0004, per: 1_000, unit: 'GET, HEAD', page: s3Page, seen: s3Requests },
  s3GbMonth: {
    usd: 0.023,
    per: 1,
    unit: 'GB-month, S3 Standard',
    page: s3Page,
    seen: 'https://cloudburn.io/blog/amazon-s3-pricing (2026-03)',
  },
  sqsRequest: {
    usd: 0.4,
    per: million,
    unit: 'requests, standard queue',
    page: 'https://aws.amazon.com/sqs/pricing/',
    seen: 'https://cloudburn.io/blog/amazon-sqs-pricing (2026-03)',
  },
  busEvent: {
    usd: 1,
    per: million,
    unit: 'custom events',
    page: 'https://aws.amazon.com/eventbridge/pricing/',
    seen: 'https://www.factualminds.com/blog/amazon-eventbridge-pricing-events-pipes-schema-archive/ (2026-06)',
  },
  secretRead: { usd: 0.05, per: 10_000, unit: 'reads of secrets', page: secretsPage, seen: secrets },
  secretMonth: { usd: 0.4, per: 1, unit: 'secret and month', page: secretsPage, seen: secrets },
  logGb: { usd: 0.5, per: 1, unit: 'GB of logs, taken in', page: cloudWatchPage, seen: cloudWatch },
  logGbMonth: { usd: 0.03, per: 1, unit: 'GB-month of logs', page: cloudWatchPage, seen: fromMemory },
  trace: {
    usd: 5,
    per: million,
    unit: 'traces recorded',
    page: 'https://aws.amazon.com/xray/pricing/',
    seen: 'https://aws.amazon.com/xray/pricing/',
  },
  metricMonth: {
    usd: 0.3,
    per: 1,
    unit: 'custom metric and month',
    page: cloudWatchPage,
    seen: 'https://signoz.io/guides/cloudwatch-pricing (2026-02)',
  },
  alarmMetricMonth: {
    usd: 0.1,
    per: 1,
    unit: 'metric of an alarm and month',
    page: cloudWatchPage,
    seen: 'https://c3x.dev/resources/aws/aws_cloudwatch_metric_alarm',
  },
  dashboardMonth: { usd: 3, per: 1, unit: 'dashboard and month', page: cloudWatchPage, seen: cloudWatch },
  transferGb: {
    usd: 0.09,
    per: 1,
    unit: 'GB sent to the internet',
    page: 'https://aws.amazon.com/ec2/pricing/on-demand/',
    seen: 'https://unanswered.io/guide/aws-sqs-pricing-and-cost-optimization',
  },
  wafAclMonth: { usd: 5, per: 1, unit: 'firewall and month', page: wafPage, seen: waf },
  wafRuleMonth: { usd: 1, per: 1, unit: 'rule of it and month', page: wafPage, seen: waf },
  wafRequest: { usd: 0.6, per: million, unit: 'requests through it', page: wafPage, seen: waf },
} as const satisfies Readonly<Record<string, Price>>;

/** The names of prices. */
export type PriceName = keyof typeof prices;

/** What so many of a priced unit cost, in US dollars. */
export const costOf = (name: PriceName, quantity: number): number => (prices[name].usd * quantity) / prices[name].per;
