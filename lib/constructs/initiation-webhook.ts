import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Settings } from '../settings';
import { BundledFunction } from './bundled-function';
import { allowLedger, allowSecrets, allowSending, type ReadableSecret } from './grants';

/** What starting calls are answered from. */
export interface InitiationWebhookProps {
  readonly settings: Settings;
  readonly table: Table;
  /** Where clones for the next call, and checks of agents, are asked for. */
  readonly clones: Queue;
  readonly initiationSecret: ReadableSecret;
  readonly callerHashKey: ReadableSecret;
}

/** `POST /webhook/initiation`: gives a known caller's voice to the call that starts. */
export class InitiationWebhook extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, props: InitiationWebhookProps) {
    super(scope, id);
    const { settings, table, clones, initiationSecret, callerHashKey } = props;
    const { function: handler } = new BundledFunction(this, 'Function', {
      folder: 'initiation',
      description: 'Answers the conversation-initiation webhook of ElevenLabs with the voice of a known caller',
      timeout: Duration.seconds(5),
      // A caller hears it ring meanwhile, and processing power comes with memory.
      memoryMb: 1024,
      settings,
      environment: {
        INITIATION_SECRET_ARN: initiationSecret.secretArn,
        CALLER_HASH_KEY_SECRET_ARN: callerHashKey.secretArn,
        LEDGER_TABLE: table.tableName,
        CLONE_QUEUE_URL: clones.queueUrl,
        DEFAULT_FIRST_MESSAGE: settings.DEFAULT_FIRST_MESSAGE,
        DEFAULT_COUNTRY: settings.DEFAULT_COUNTRY,
        DYNAMIC_VARIABLES: settings.DYNAMIC_VARIABLES,
        LONGEST_CALL_MINUTES: String(settings.LONGEST_CALL_MINUTES),
      },
    });
    this.function = handler;
    allowSecrets(handler, initiationSecret, callerHashKey);
    allowLedger(handler, table, 'BatchGetItem');
    allowSending(handler, clones);
  }
}
