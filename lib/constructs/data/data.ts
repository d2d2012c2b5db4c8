import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Settings } from '../../settings';
import { type LedgerTable, ledgerOf } from './ledger';
import { InstallationSecrets } from './secrets';
import { type StorageBucket, storageOf } from './storage';

/** How an installation stores its data. */
export interface DataProps {
  readonly settings: Settings;
}

/**
 * Everything that outlives a deployment: the ledger's table, the bucket and the secrets. The service depends on the
 * data, never the reverse.
 */
export class Data extends Construct {
  readonly table: LedgerTable;
  readonly bucket: StorageBucket;
  readonly secrets: InstallationSecrets;
  /** The operator's key for all stored data; undefined means the keys of AWS. */
  readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, { settings }: DataProps) {
    super(scope, id);
    this.key = settings.KMS_KEY_ARN === '' ? undefined : Key.fromKeyArn(this, 'Key', settings.KMS_KEY_ARN);
    this.table = ledgerOf(this, 'Ledger', settings, this.key);
    this.bucket = storageOf(this, 'Storage', { settings, key: this.key });
    this.secrets = new InstallationSecrets(this, settings, this.key);
  }
}
