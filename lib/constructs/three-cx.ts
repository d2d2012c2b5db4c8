import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { allowLedger, allowSending } from './building-blocks/grants';
import { SignedRoute } from './building-blocks/route-function';
import { callVariables } from './clones';
import type { Installation } from './installation';

/** The dependencies for 3CX calls. */
export interface ThreeCxProps extends Installation {
  /** The queue of clones that these calls wait for. */
  readonly clones: Queue;
}

/**
 * Serves `POST /webhook/3cx`: prepares the greeting for a call that 3CX reports, and lets the agent call the caller.
 */
export class ThreeCx extends SignedRoute<'threecx'> {
  constructor(scope: Construct, id: string, { clones, ...installation }: ThreeCxProps) {
    const { settings, data } = installation;
    super(scope, id, {
      ...installation,
      folder: 'threecx',
      route: 'POST /webhook/3cx',
      routeClass: 'calls',
      description: "Answers 3CX calls with a greeting while the caller's voice is cloned, or with the agent at once",
      impact: 'Callers of 3CX are not called.',
      timeout: Duration.seconds(27),
      memoryMb: 1024,
      secrets: {
        ELEVENLABS_API_KEY_SECRET_ARN: data.secrets.apiKey,
        THREECX_WEBHOOK_SECRET_ARN: data.secrets.threeCxSecret,
        CALLER_HASH_KEY_SECRET_ARN: data.secrets.callerHashKey,
      },
      environment: { ...callVariables(installation, clones), DEFAULT_COUNTRY: settings.DEFAULT_COUNTRY },
    });
    allowLedger(this.function, data.table, 'BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem');
    allowSending(this.function, clones);
  }
}
