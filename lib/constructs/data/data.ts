import { Construct } from 'constructs';
import type { Settings } from '../../settings';
import { Ledger } from './ledger';
import { type InstallationSecrets, secretsOf } from './secrets';
import { Storage } from './storage';

/** How an installation keeps its data. */
export interface DataProps {
  readonly settings: Settings;
}

/**
 * Everything that outlives a deployment: the ledger's table, the bucket and the secrets. The service refers to it,
 * never the other way round.
 */
export class Data extends Construct {
  readonly table: Ledger;
  readonly bucket: Storage;
  readonly secrets: InstallationSecrets;

  constructor(scope: Construct, id: string, { settings }: DataProps) {
    super(scope, id);
    this.table = new Ledger(this, 'Ledger', { isProtected: settings.RETAIN_DATA });
    this.bucket = new Storage(this, 'Storage', { settings });
    this.secrets = secretsOf(this, settings);
  }
}
