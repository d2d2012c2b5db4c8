import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { greetingVariables } from '../settings';
import { allowLedger, allowLedgerIndex } from './building-blocks/grants';
import { SignedRoute } from './building-blocks/route-function';
import type { Installation } from './installation';

/**
 * Serves `POST /setup/check`: reports what at ElevenLabs is not set up as this installation needs it, and records what
 * agents allow.
 */
export class SetupCheck extends SignedRoute<'setup-check'> {
  constructor(scope: Construct, id: string, installation: Installation) {
    const { settings, data } = installation;
    super(scope, id, {
      ...installation,
      folder: 'setup-check',
      route: 'POST /setup/check',
      routeClass: 'admin',
      description:
        'Checks how agents and workspace are set up at ElevenLabs, and records which overrides the agents allow',
      impact: 'The set-up cannot be checked; calls continue with the last known set-up.',
      timeout: Duration.seconds(27),
      memoryMb: 512,
      secrets: {
        ELEVENLABS_API_KEY_SECRET_ARN: data.secrets.apiKey,
        ELEVENLABS_WEBHOOK_SECRET_ARN: data.secrets.webhookSecret,
      },
      environment: {
        ELEVENLABS_API_BASE_URL: settings.ELEVENLABS_API_BASE_URL,
        LEDGER_TABLE: data.table.tableName,
        AGENT_IDS: settings.AGENT_IDS,
        ELEVENLABS_AGENT_ID: settings.ELEVENLABS_AGENT_ID,
        AGENT_ACTIVATION: settings.AGENT_ACTIVATION,
        LONGEST_CALL_MINUTES: String(settings.LONGEST_CALL_MINUTES),
        ...greetingVariables(settings),
        DYNAMIC_VARIABLES: settings.DYNAMIC_VARIABLES,
      },
    });
    allowLedger(this.function, data.table, 'GetItem', 'PutItem', 'UpdateItem');
    allowLedgerIndex(this.function, data.table);
  }
}
