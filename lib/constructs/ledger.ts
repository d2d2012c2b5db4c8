import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

/** How the ledger is kept. */
export interface LedgerProps {
  /** Whether nobody can delete it by accident. */
  readonly isProtected: boolean;
}

/**
 * The ledger: one table for conversations, voices and agents. TTL takes expired items away, their old images go to the
 * stream, so that an expired voice is deleted at ElevenLabs too.
 */
export class Ledger extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { isProtected }: LedgerProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expires_at',
      stream: StreamViewType.OLD_IMAGE,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.RETAIN,
      deletionProtection: isProtected,
    });
    this.table.addGlobalSecondaryIndex({
      indexName: 'by-kind',
      partitionKey: { name: 'kind', type: AttributeType.STRING },
      sortKey: { name: 'expires_at', type: AttributeType.NUMBER },
      projectionType: ProjectionType.ALL,
    });
  }
}
