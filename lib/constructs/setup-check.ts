import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Settings } from '../settings';
import { BundledFunction } from './bundled-function';
import { allowLedger, allowLedgerIndex, allowSecrets, type ReadableSecret } from './grants';

/** What the set-up is checked with. */
export interface SetupCheckProps {
  readonly settings: Settings;
  readonly table: Table;
  readonly apiKey: ReadableSecret;
  readonly webhookSecret: ReadableSecret;
}

/** `POST /setup/check`: says what at ElevenLabs is not set up as this installation needs it, and records what agents allow. */
export class SetupCheck extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, { settings, table, apiKey, webhookSecret }: SetupCheckProps) {
    super(scope, id);
    const { function: handler } = new BundledFunction(this, 'Function', {
      folder: 'setup-check',
      description:
        'Checks how agents and workspace are set up at ElevenLabs, and records what agents let be overridden',
      timeout: Duration.seconds(27),
      memoryMb: 512,
      settings,
      environment: {
        ELEVENLABS_API_BASE_URL: settings.ELEVENLABS_API_BASE_URL,
        ELEVENLABS_API_KEY_SECRET_ARN: apiKey.secretArn,
        ELEVENLABS_WEBHOOK_SECRET_ARN: webhookSecret.secretArn,
        LEDGER_TABLE: table.tableName,
        AGENT_IDS: settings.AGENT_IDS,
        ELEVENLABS_AGENT_ID: settings.ELEVENLABS_AGENT_ID,
        AGENT_ACTIVATION: settings.AGENT_ACTIVATION,
        LONGEST_CALL_MINUTES: String(settings.LONGEST_CALL_MINUTES),
        DYNAMIC_VARIABLES: settings.DYNAMIC_VARIABLES,
        SIGNATURE_TOLERANCE_SECONDS: String(settings.SIGNATURE_TOLERANCE_SECONDS),
      },
    });
    this.function = handler;
    allowSecrets(handler, apiKey, webhookSecret);
    allowLedger(handler, table, 'PutItem');
    allowLedgerIndex(handler, table);
  }
}
