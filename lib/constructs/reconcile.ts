import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { BundledFunction } from './building-blocks/bundled-function';
import { allowLedger, allowLedgerIndex, allowObjects, allowSending } from './building-blocks/grants';
import type { Installation } from './installation';
import { addAlarms } from './monitoring/impact-alarm';
import { fiveMinutes } from './monitoring/metrics';
import { reconcileAlarms, reconcileStopped } from './reconcile-alarms';

/** The queues for what reconcile finds. */
export interface ReconcileProps extends Installation {
  readonly voiceDeletions: Queue;
  /** @default post-call events are not deployed, so missed calls are not looked for */
  readonly postCalls?: Queue;
}

/** Minimum look-back of the alarms. With less than a run's interval they would end before the next run reports. */
const shortestAlarmMinutes = 60;

/** Finds missed work, on a schedule or by hand: voices, claims, agents, and calls whose end nobody reported. */
export class Reconcile extends BundledFunction<'reconcile'> {
  constructor(scope: Construct, id: string, { voiceDeletions, postCalls, ...installation }: ReconcileProps) {
    const { settings, data, alarmTopic } = installation;
    const alarmPeriod = Duration.minutes(Math.max(shortestAlarmMinutes, settings.RECONCILE_MINUTES));
    super(scope, id, {
      ...installation,
      folder: 'reconcile',
      description: 'Finds voices, claims, agents and calls that nothing else has taken care of',
      impact: 'What was missed is not found: missed calls, leaked voices, agents with the voice of a caller.',
      // It reads every page of the ledger and of ElevenLabs' voices and conversations.
      timeout: Duration.minutes(10),
      runsEvery: alarmPeriod,
      memoryMb: 512,
      secrets: { ELEVENLABS_API_KEY_SECRET_ARN: data.secrets.apiKey },
      environment: {
        ELEVENLABS_API_BASE_URL: settings.ELEVENLABS_API_BASE_URL,
        LEDGER_TABLE: data.table.tableName,
        BUCKET: data.bucket.bucketName,
        VOICE_DELETION_QUEUE_URL: voiceDeletions.queueUrl,
        ...(postCalls !== undefined && { POSTCALL_QUEUE_URL: postCalls.queueUrl }),
        AGENT_IDS: settings.AGENT_IDS,
        RECONCILE_MINUTES: String(settings.RECONCILE_MINUTES),
        LONGEST_CALL_MINUTES: String(settings.LONGEST_CALL_MINUTES),
        TRANSCRIPT_RETENTION_DAYS: String(settings.TRANSCRIPT_RETENTION_DAYS),
        ELEVENLABS_AGENT_ID: settings.ELEVENLABS_AGENT_ID,
      },
    });
    allowLedger(this.function, data.table, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem');
    allowLedgerIndex(this.function, data.table);
    if (postCalls !== undefined) allowObjects(this.function, data.bucket, ['PutObject'], 'postcall/');
    allowSending(this.function, voiceDeletions, ...(postCalls === undefined ? [] : [postCalls]));
    const runs = (period: Duration) => this.function.metricInvocations({ period });
    addAlarms(this, alarmTopic, [...reconcileAlarms(alarmPeriod, postCalls !== undefined), reconcileStopped(runs)]);
    this.schedule();
  }

  /**
   * Invokes the function every 5 minutes, without retries, because the next invocation repeats a run that failed. If
   * RECONCILE_MINUTES have not passed, an invocation does nothing but show that the schedule works.
   */
  private schedule(): void {
    this.invoked.configureAsyncInvoke({ retryAttempts: 0 });
    new Rule(this, 'Schedule', {
      description: 'Runs reconcile of Precall',
      schedule: Schedule.rate(fiveMinutes),
      targets: [new LambdaFunction(this.invoked, { retryAttempts: 0 })],
    });
  }
}
