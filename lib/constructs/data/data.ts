import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Settings } from '../../settings';
import { Ledger } from './ledger';
import { InstallationSecrets } from './secrets';
import { Storage } from './storage';

/** How an installation stores its data. */
export interface DataProps {
  readonly settings: Settings;
}

/**
 * Everything that outlives a deployment: the ledger's table, the bucket and the secrets. The service depends on the
 * data, never the reverse.
 */
export class Data extends Construct {
  readonly table: Ledger;
  readonly bucket: Storage;
  readonly secrets: InstallationSecrets;
  /** The operator's key for all stored data; undefined means the keys of AWS. */
  readonly key: IKey | undefined;

  constructor(scope: Construct, id: string, { settings }: DataProps) {
    super(scope, id);
    this.key = settings.KMS_KEY_ARN === '' ? undefined : Key.fromKeyArn(this, 'Key', settings.KMS_KEY_ARN);
    this.table = new Ledger(this, 'Ledger', { isProtected: settings.RETAIN_DATA, key: this.key });
    this.bucket = new Storage(this, 'Storage', { settings, key: this.key });
    this.secrets = new InstallationSecrets(this, settings, this.key);
  }
}
