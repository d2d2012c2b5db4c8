import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  type ITable,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Settings } from '../../settings';
import { setLogicalId } from '../building-blocks/logical-id';

/** How the ledger is stored. */
export interface LedgerProps {
  /** Whether the table is protected against deletion. */
  readonly isProtected: boolean;
  /** How far back the table can be restored. */
  readonly backupDays: number;
  /** @default a key of AWS */
  readonly key: IKey | undefined;
}

const index = 'by-kind';

/**
 * What the index has of an item besides its keys. DynamoDB bills a second write when one of these changes, so all else
 * is read from the table. lambdas/ledger/by-kind.ts has the same list.
 */
const projected = ['caller_hash', 'caller_hashes', 'state', 'ended_at'];

/** What the service uses of the table, created or existing. */
export type LedgerTable = Pick<ITable, 'tableArn' | 'tableName' | 'encryptionKey' | 'grantStreamRead' | 'metric'> & {
  readonly tableStreamArn?: string | undefined;
};

/**
 * Returns the table of the settings, which may be one that was restored from a backup; otherwise creates the ledger. An
 * existing table keeps its own backups, expiry and protection: the stack only uses it.
 */
export const ledgerOf = (scope: Construct, id: string, settings: Settings, key: IKey | undefined): LedgerTable => {
  const { TABLE_NAME: tableName, TABLE_STREAM_ARN: tableStreamArn, RETAIN_DATA, BACKUP_DAYS } = settings;
  if (tableName === '') return new Ledger(scope, id, { isProtected: RETAIN_DATA, backupDays: BACKUP_DAYS, key });
  return Table.fromTableAttributes(scope, id, {
    tableName,
    tableStreamArn,
    ...(key !== undefined && { encryptionKey: key }),
  });
};

/**
 * The ledger: one table for conversations, voices, agents, callers and erasures. TTL deletes expired items. Their old
 * images go to the stream, so that expired voices are also deleted at ElevenLabs.
 */
class Ledger extends Table {
  constructor(scope: Construct, id: string, { isProtected, backupDays, key }: LedgerProps) {
    super(scope, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expires_at',
      stream: StreamViewType.OLD_IMAGE,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: backupDays },
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      deletionProtection: isProtected,
      ...(key !== undefined && { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }),
    });
    this.addGlobalSecondaryIndex({
      indexName: index,
      partitionKey: { name: 'kind', type: AttributeType.STRING },
      sortKey: { name: 'expires_at', type: AttributeType.NUMBER },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: projected,
    });
    setLogicalId(this, 'LedgerTable');
  }
}
