import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { setLogicalId } from '../building-blocks/logical-id';

/** How the ledger is stored. */
export interface LedgerProps {
  /** Whether the table is protected against deletion. */
  readonly isProtected: boolean;
  /** @default a key of AWS */
  readonly key: IKey | undefined;
}

/**
 * The ledger: one table for conversations, voices, agents, callers and erasures. TTL deletes expired items. Their old
 * images go to the stream, so that expired voices are also deleted at ElevenLabs.
 */
export class Ledger extends Table {
  constructor(scope: Construct, id: string, { isProtected, key }: LedgerProps) {
    super(scope, id, {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expires_at',
      stream: StreamViewType.OLD_IMAGE,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      deletionProtection: isProtected,
      ...(key !== undefined && { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }),
    });
    this.addGlobalSecondaryIndex({
      indexName: 'by-kind',
      partitionKey: { name: 'kind', type: AttributeType.STRING },
      sortKey: { name: 'expires_at', type: AttributeType.NUMBER },
      projectionType: ProjectionType.ALL,
    });
    setLogicalId(this, 'LedgerTable');
  }
}
