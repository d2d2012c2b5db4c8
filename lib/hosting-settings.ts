import * as z from 'zod';
import { featureList } from './features';
import { flag, number, whole } from './setting-kinds';
import { firewallAddresses, sourceAddresses } from './source-addresses';

/**
 * The ARN of a secret that exists already; empty: the stack creates one. AWS ends the ARN with six random characters.
 */
const optionalSecretArn = z
  .string()
  .regex(
    /^(arn:aws[\w-]*:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6})?$/,
    'expected the complete ARN of a secret, including the six characters that AWS adds at its end',
  )
  .default('');

/** The ARN of a key of KMS, not of an alias: policies name the key itself. */
const optionalKeyArn = z
  .string()
  .regex(/^(arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/[\w-]+)?$/, 'expected the ARN of a KMS key, not of an alias')
  .default('');

/** The settings about AWS: how the installation is reached, encrypted, watched and paid for. */
export const hostingSettings = {
  /** What is deployed: names of features, separated by commas, or `all`. */
  FEATURES: featureList,
  /** How new code takes over: `canary` gives it a tenth of the events first, and alarms roll it back. */
  DEPLOYMENT: z.enum(['all_at_once', 'canary']).default('all_at_once'),
  /** The account that this stage belongs to; empty: that of the credentials. */
  DEPLOY_ACCOUNT: z
    .string()
    .regex(/^(\d{12})?$/, 'expected the twelve digits of an account')
    .default(''),
  /** The region that this stage belongs to; empty: that of the credentials. */
  DEPLOY_REGION: z
    .string()
    .regex(/^([a-z]{2}(-[a-z]+)+-\d)?$/, 'expected a region such as eu-central-1')
    .default(''),
  /** Who may call the routes for ElevenLabs' own webhooks: IPv4 addresses and ranges, or `any`. */
  ELEVENLABS_SOURCE_IPS: sourceAddresses,
  /** Steady requests a second on each route that calls depend on. The other routes have small limits of their own. */
  THROTTLE_RATE_PER_SECOND: whole(50, 1, 10_000),
  /** Burst limit on each of those routes: requests at the same moment. */
  THROTTLE_BURST: whole(100, 1, 5_000),
  /** The operator's own secrets, in place of those that the stack creates. */
  ELEVENLABS_API_KEY_SECRET_ARN: optionalSecretArn,
  ELEVENLABS_WEBHOOK_SECRET_ARN: optionalSecretArn,
  FLAT_POSTCALL_SECRET_ARN: optionalSecretArn,
  THREECX_WEBHOOK_SECRET_ARN: optionalSecretArn,
  INITIATION_SECRET_ARN: optionalSecretArn,
  CALLER_HASH_KEY_SECRET_ARN: optionalSecretArn,
  /** A table that exists already, such as one restored from a backup; empty: the stack creates one. */
  TABLE_NAME: z
    .string()
    .regex(/^([\w.-]{3,255})?$/, 'expected the name of a DynamoDB table')
    .default(''),
  /** The stream of that table. */
  TABLE_STREAM_ARN: z
    .string()
    .regex(
      /^(arn:aws[\w-]*:dynamodb:[\w-]+:\d{12}:table\/[\w.-]+\/stream\/[\w:.-]+)?$/,
      "expected the ARN of the table's stream",
    )
    .default(''),
  /** A bucket that exists already, such as that of another installation; empty: the stack creates one. */
  BUCKET_NAME: z
    .string()
    .regex(/^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$/, 'expected the name of an S3 bucket')
    .default(''),
  /** How far back the table can be restored, in days; erased callers leave the backups after it, as receipts say. */
  BACKUP_DAYS: whole(35, 1, 35),
  /** Whether the data is kept when the stack is deleted; `false` for temporary stages. */
  RETAIN_DATA: flag.default(true),
  /** A customer-managed key for table, bucket, queues, secrets, topic and logs; empty: the keys of AWS. */
  KMS_KEY_ARN: optionalKeyArn,
  /** The oldest TLS that the API accepts; `1.2-all-ciphers` is for senders without forward secrecy. */
  MINIMUM_TLS: z
    .preprocess(
      (value) => (typeof value === 'number' ? String(value) : value),
      z.enum(['1.3', '1.2', '1.2-all-ciphers']),
    )
    .default('1.2'),
  /** Whether the access log has the address that each request came from. */
  LOG_SOURCE_ADDRESS: flag.default(false),
  /** Whether the API has a web application firewall; it costs extra. */
  WAF_ENABLED: flag.default(false),
  /** Most requests from one address in five minutes, if there is a firewall. */
  WAF_REQUESTS_PER_ADDRESS: whole(2000, 10, 2_000_000_000),
  /**
   * The operator's addresses, which the firewall never blocks for their reputation; ElevenLabs' are always among them.
   */
  WAF_TRUSTED_IPS: firewallAddresses,
  /** The API's own domain; empty: the domain of API Gateway. */
  DOMAIN_NAME: z.union([z.literal(''), z.hostname()]).default(''),
  /** A certificate for that domain in the stack's region. */
  CERTIFICATE_ARN: z
    .string()
    .regex(/^(arn:aws[\w-]*:acm:[\w-]+:\d{12}:certificate\/[\w-]+)?$/, 'expected the ARN of an ACM certificate')
    .default(''),
  /**
   * Which alarms are deployed: `essential`, on stopped work and lost jobs, or `all`, with the dashboard. An alarm costs
   * by the metrics that it looks at.
   */
  MONITORING: z.enum(['none', 'essential', 'all']).default('all'),
  /** The limit of concurrent executions of the account, for the alarm on them. */
  ACCOUNT_CONCURRENCY: whole(1000, 10, 1_000_000),
  /** Costs of the account's month, in US dollars, at which the budget warns; 0: no budget. */
  BUDGET_USD: whole(0, 0, 1_000_000),
  /** Email address that receives the alarms. Add other subscribers to the topic manually. */
  ALARM_EMAIL: z.union([z.literal(''), z.email()]).default(''),
  /** After this many hours without the end of a call there is an alarm; 0: never. */
  ALARM_QUIET_HOURS: whole(24, 0, 24),
  /** Whether the stack gives the account's API Gateway a role to write logs with; `false` if the account has one. */
  API_LOG_ROLE: flag.default(true),
  /** The percentage of requests that are traced, with everything that follows from them. */
  TRACED_PERCENT: number(5, 0, 100),
  /** How long CloudWatch keeps logs, in days. */
  LOG_RETENTION_DAYS: z.coerce
    .number()
    .pipe(z.literal([1, 3, 5, 7, 14, 30, 60, 90, 180, 365]))
    .default(30),
};
