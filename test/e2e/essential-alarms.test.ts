import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { synthesize } from '../../local/synth';
import { openStage, type Stage } from '../../scripts/invoke/open-stage';
import { localDefaults } from '../events/local-defaults';
import { eventually } from '../support/eventually';
import { templateOf } from '../support/templates';

interface Alarm {
  readonly AlarmName: string;
  readonly MetricName: string;
  readonly Namespace: string;
  readonly Statistic: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData: string;
}

const template = templateOf({ MONITORING: 'essential', RECONCILE_MINUTES: 360 });
const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(
  ({ Properties }) => Properties as Alarm,
);
const named = (name: string): Alarm => alarms.find(({ AlarmName }) => AlarmName === `Precall-test-${name}`)!;

/** Whether a period with this value, or without one, counts against the alarm, as CloudWatch decides it. */
const breaches = ({ Threshold, ComparisonOperator, TreatMissingData }: Alarm, value: number | undefined): boolean => {
  if (value === undefined) return TreatMissingData === 'breaching';
  return ComparisonOperator === 'LessThanThreshold' ? value < Threshold : value >= Threshold;
};

const minutesUntilAlarm = ({ Period, EvaluationPeriods }: Alarm): number => (Period * EvaluationPeriods) / 60;

/** The queue or function that an alarm watches: its logical id. */
const watchedBy = ({ Dimensions: [dimension] }: Alarm): string => {
  const [reference] = Object.values(dimension!.Value as Record<string, string | string[]>);
  return [reference].flat()[0]!;
};

const queues = ['VoiceDeletions', 'CallEnds', 'PostCalls', 'Clones', 'Erasures'];
const attempts = 12;

let stage: Stage;
let sqs: SQSClient;

/** The functions and queues of a stack whose workers and schedules do not run. */
beforeAll(async () => {
  const { assemblyDir } = await synthesize(new AbortController().signal);
  stage = await openStage({ assemblyDir, settings: localDefaults, environment: {} });
  const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
  sqs = new SQSClient({ endpoint: stage.awsUrl, region: localDefaults.AWS_REGION, credentials });
}, 180_000);
afterAll(async () => {
  sqs.destroy();
  await stage.close();
});

/** What SQS reports as ApproximateNumberOfMessagesVisible. */
const visible = async (queueId: string): Promise<number> => {
  const QueueUrl = stage.deployed.queues[queueId]!;
  const AttributeNames = ['ApproximateNumberOfMessages'] as const;
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
  );
  return Number(Attributes!['ApproximateNumberOfMessages']);
};
const receive = async (queueId: string): Promise<string | undefined> => {
  const QueueUrl = stage.deployed.queues[queueId]!;
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }));
  return Messages[0]?.ReceiptHandle;
};

describe('the essential alarms', () => {
  it('given what they are, then each is fired below', () => {
    const known = [...queues.flatMap((queue) => [`${queue}Stopped`, `${queue}DeadLetters`]), 'ReconcileStopped'];

    expect(alarms.map(({ AlarmName }) => AlarmName.replace('Precall-test-', '')).toSorted()).toEqual(known.toSorted());
  });

  it.each(queues)('given %s without its worker, then a job raises the alarm within 20 minutes', async (queue) => {
    const alarm = named(`${queue}Stopped`);
    const id = `${queue}Queue`;
    expect(watchedBy(alarm)).toBe(id);
    expect(breaches(alarm, await visible(id))).toBe(false);

    await sqs.send(new SendMessageCommand({ QueueUrl: stage.deployed.queues[id]!, MessageBody: '{}' }));

    expect(await visible(id)).toBe(1);
    // The least value of each period counts, so that a job that is worked on does not.
    expect([alarm.MetricName, alarm.Statistic]).toEqual(['ApproximateNumberOfMessagesVisible', 'Minimum']);
    expect(breaches(alarm, await visible(id))).toBe(true);
    expect(minutesUntilAlarm(alarm)).toBeLessThanOrEqual(20);
  });

  it.each(queues)('given a job of %s that fails each time, then it is kept, and raises the alarm', async (queue) => {
    const alarm = named(`${queue}DeadLetters`);
    const [id, parked] = [`${queue}Queue`, `${queue}DeadLetters`];
    expect(watchedBy(alarm)).toBe(parked);
    expect(breaches(alarm, await visible(parked))).toBe(false);

    // The job is there from the test before.
    for (let attempt = 1; attempt <= attempts; attempt += 1) await eventually(() => receive(id));
    expect(await receive(id)).toBeUndefined();

    expect(await visible(parked)).toBe(1);
    expect(breaches(alarm, await visible(parked))).toBe(true);
    expect(minutesUntilAlarm(alarm)).toBeLessThanOrEqual(20);
    const ReceiptHandle = await receive(parked);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: stage.deployed.queues[parked]!, ReceiptHandle }));
    expect(breaches(alarm, await visible(parked))).toBe(false);
  });

  it('given a schedule that does not invoke reconcile, then the alarm is raised within 20 minutes, however rarely it runs', async () => {
    const alarm = named('ReconcileStopped');
    expect([watchedBy(alarm), alarm.Namespace, alarm.MetricName]).toEqual([
      'ReconcileFunction',
      'AWS/Lambda',
      'Invocations',
    ]);
    expect(stage.deployed.schedules.map(({ functionId }) => functionId)).toEqual(['ReconcileFunction']);

    // Nothing runs the schedule of this stack, so that Lambda reports no invocation at all.
    expect(breaches(alarm, undefined)).toBe(true);
    // The last invocation may lie a period before the first that has none.
    expect(minutesUntilAlarm(alarm) + alarm.Period / 60).toBe(20);
    const tick = await stage.invoke('ReconcileFunction', { source: 'aws.events' });
    expect(tick.status).toBe('ok');
    expect(breaches(alarm, 1)).toBe(false);
  }, 60_000);
});
