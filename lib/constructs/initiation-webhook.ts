import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { consentVariables, greetingVariables } from '../settings';
import { allowLedger, allowSending } from './building-blocks/grants';
import { RouteFunction } from './building-blocks/route-function';
import type { Installation } from './installation';

/** The dependencies for answering starting calls. */
export interface InitiationWebhookProps extends Installation {
  /** Queue of two kinds of jobs: creating a clone for the caller's next call, and checking an agent. */
  readonly clones: Queue;
}

/** Serves `POST /webhook/initiation`: gives a starting call the voice of its caller's pre-call, or a cached one. */
export class InitiationWebhook extends RouteFunction<'initiation'> {
  constructor(scope: Construct, id: string, { clones, ...installation }: InitiationWebhookProps) {
    const { settings, data } = installation;
    super(scope, id, {
      ...installation,
      folder: 'initiation',
      route: 'POST /webhook/initiation',
      routeClass: 'calls',
      sender: 'elevenlabs',
      // Senders use a secret header instead of a signature. It can be wrong, but not too old.
      refusals: ['signature'],
      description: 'Answers the conversation-initiation webhook of ElevenLabs with the voice of a known caller',
      impact: 'Calls that start at ElevenLabs do not get the voice of their caller, or are dropped.',
      timeout: Duration.seconds(5),
      // The function returns what it has after 1.4 s, long before its timeout.
      slowAfter: Duration.seconds(1),
      // The caller hears the phone ring meanwhile, and more memory brings more CPU.
      memoryMb: 1024,
      secrets: {
        INITIATION_SECRET_ARN: data.secrets.initiationSecret,
        CALLER_HASH_KEY_SECRET_ARN: data.secrets.callerHashKey,
        ELEVENLABS_API_KEY_SECRET_ARN: data.secrets.apiKey,
      },
      environment: {
        LEDGER_TABLE: data.table.tableName,
        CLONE_QUEUE_URL: clones.queueUrl,
        ...greetingVariables(settings),
        DEFAULT_COUNTRY: settings.DEFAULT_COUNTRY,
        DYNAMIC_VARIABLES: settings.DYNAMIC_VARIABLES,
        ...consentVariables(settings),
        LONGEST_CALL_MINUTES: String(settings.LONGEST_CALL_MINUTES),
        PRECALL_VALID_MINUTES: String(settings.PRECALL_VALID_MINUTES),
        INITIATION_SERVES: settings.INITIATION_SERVES,
        ELEVENLABS_API_BASE_URL: settings.ELEVENLABS_API_BASE_URL,
      },
    });
    allowLedger(this.function, data.table, 'GetItem', 'BatchGetItem', 'UpdateItem');
    allowSending(this.function, clones);
  }
}
