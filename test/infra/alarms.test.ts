import { accessLogLine, fitsPattern, metricText, watchedIn } from '../support/emitted-metrics';
import { asText, ofType, rightsOf, synthesizedResources } from '../support/iam';

const resources = synthesizedResources({ LOG_RETENTION_DAYS: '14' });
const functions = ofType(resources, 'AWS::Lambda::Function');
const queues = ofType(resources, 'AWS::SQS::Queue');
const alarms = ofType(resources, 'AWS::CloudWatch::Alarm').map(([, properties]) => properties);
const days14 = 14 * 24 * 3600;

/** Logical ids that the policies of resources deny everything but TLS to. */
const tlsOnly = rightsOf(resources)
  .filter(
    ({ effect, condition, principal }) =>
      effect === 'Deny' &&
      JSON.stringify(condition) === '{"Bool":{"aws:SecureTransport":"false"}}' &&
      ['"*"', '{"AWS":"*"}'].includes(JSON.stringify(principal)),
  )
  .map(({ resource, action }) => `${action} ${resource}`);

describe('what is kept', () => {
  it('given bucket, queues and topic, then each is reached by TLS alone', () => {
    const [[bucket]] = ofType(resources, 'AWS::S3::Bucket') as [[string, unknown]];
    const [[topic]] = ofType(resources, 'AWS::SNS::Topic') as [[string, unknown]];

    expect(tlsOnly.toSorted()).toEqual(
      [
        `s3:* \${${bucket}.Arn}`,
        `s3:* \${${bucket}.Arn}/*`,
        `sns:Publish \${${topic}}`,
        ...queues.map(([id]) => `sqs:* \${${id}.Arn}`),
      ].toSorted(),
    );
  });

  it('given bucket and queues, then they are encrypted; the table is by AWS, and the topic says nothing of callers', () => {
    for (const [, properties] of queues) expect(properties).toMatchObject({ SqsManagedSseEnabled: true });
    for (const [, properties] of ofType(resources, 'AWS::S3::Bucket'))
      expect(properties['BucketEncryption']).toEqual({
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      });
  });

  it('given table, bucket and secrets, then they outlive the stack, and the table can be brought back to any second', () => {
    const kept = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::SecretsManager::Secret'];
    const lasting = Object.values(resources).filter(({ Type }) => kept.includes(Type));

    expect(lasting.length).toBeGreaterThan(kept.length);
    for (const resource of lasting)
      expect(resource).toMatchObject({ DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    for (const [, properties] of ofType(resources, 'AWS::DynamoDB::Table'))
      expect(properties).toMatchObject({ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } });
  });

  it('given every log group, then what it keeps has the end that the settings say', () => {
    const groups = ofType(resources, 'AWS::Logs::LogGroup');

    expect(groups).toHaveLength(functions.length + 1);
    for (const [, properties] of groups) expect(properties).toMatchObject({ RetentionInDays: 14 });
  });
});

describe('queues and their workers', () => {
  const readers = ofType(resources, 'AWS::Lambda::EventSourceMapping').flatMap(
    ([, { EventSourceArn, FunctionName }]) => {
      const queue = queues.find(([id]) => asText(EventSourceArn) === `\${${id}.Arn}`);
      const worker = functions.find(([id]) => asText(FunctionName) === `\${${id}}`);
      return queue === undefined ? [] : [{ name: queue[0], queue: queue[1], worker: worker?.[1] ?? {} }];
    },
  );

  it('given every queue with a worker, then a job is hidden for six times as long as the worker may take', () => {
    expect(readers.length).toBeGreaterThan(3);
    for (const { queue, worker } of readers) {
      expect(Number(queue['VisibilityTimeout'])).toBeGreaterThanOrEqual(6 * Number(worker['Timeout']));
      expect(Number(worker['Timeout'])).toBeLessThanOrEqual(900);
    }
  });

  it('given every queue with a worker, then what fails twelve times is parked in a queue of its own', () => {
    const parking = readers.map(
      ({ queue }) => queue['RedrivePolicy'] as { maxReceiveCount: number; deadLetterTargetArn: unknown },
    );

    expect(parking.map(({ maxReceiveCount }) => maxReceiveCount)).toEqual(readers.map(() => 12));
    const names = parking.map(({ deadLetterTargetArn }) => asText(deadLetterTargetArn));
    expect(new Set(names).size).toBe(readers.length);
    for (const name of names) expect(queues.map(([id]) => `\${${id}.Arn}`)).toContain(name);
  });

  it('given every queue, then nothing in it is lost before 14 days', () => {
    expect(queues.map(([, { MessageRetentionPeriod }]) => MessageRetentionPeriod)).toEqual(queues.map(() => days14));
  });

  it('given every function but reconcile, then it is traced, and those behind the API end before it gives up after 29 s', () => {
    const routes = ofType(resources, 'AWS::ApiGateway::Method').map(([, properties]) => JSON.stringify(properties));

    for (const [id, properties] of functions) {
      const Mode = id === 'ReconcileFunction' ? 'PassThrough' : 'Active';
      expect(properties).toMatchObject({ TracingConfig: { Mode } });
      if (routes.some((route) => route.includes(`"${id}"`))) expect(Number(properties['Timeout'])).toBeLessThan(29);
    }
  });
});

describe('the access log', () => {
  const [[, stage]] = ofType(resources, 'AWS::ApiGateway::Stage') as [[string, Record<string, unknown>]];
  const [[, filter]] = ofType(resources, 'AWS::Logs::MetricFilter') as [[string, Record<string, unknown>]];
  const { Format, DestinationArn } = stage['AccessLogSetting'] as { Format: string; DestinationArn: unknown };
  const pattern = String(filter['FilterPattern']);
  const counts = (known: Record<string, string>) => fitsPattern(pattern, accessLogLine(Format, known));

  it('given the stage, then it is traced, and logs nothing of who asked or what was in it, executions not at all', () => {
    expect(stage).toMatchObject({ TracingEnabled: true });
    const variables = [...Format.matchAll(/\$context\.([\w.]+)/g)].map(([, name]) => name);
    expect(variables).toContain('status');
    expect(variables.join(' ')).not.toMatch(
      /identity|authorizer|body|ip\b|userAgent|requestOverride|querystring|header|(^| )path/i,
    );
    for (const setting of stage['MethodSettings'] as object[]) {
      expect(setting).not.toHaveProperty('LoggingLevel');
      expect(setting).toHaveProperty('DataTraceEnabled', false);
    }
  });

  it('given a line for each way to be refused by AWS, then it is counted as such', () => {
    for (const status of ['403', '413', '429'])
      expect(counts({ status, 'error.responseType': 'THROTTLED' })).toBe(true);
  });

  it('given what was too large for AWS, then it is counted even with a status of a function', () => {
    const tooLarge = { status: '413', 'error.responseType': 'REQUEST_TOO_LARGE' };

    expect(counts({ ...tooLarge, 'integration.status': '413' })).toBe(true);
    expect(counts({ ...tooLarge, 'integration.status': '200' })).toBe(true);
  });

  it('given a line of an answer of ours, or of another error of AWS, then it is not', () => {
    for (const status of ['200', '403', '413', '429', '503'])
      expect(counts({ status, 'integration.status': status })).toBe(false);
    for (const status of ['404', '500', '504']) expect(counts({ status })).toBe(false);
  });

  it('given the count, then it is of the log that the API writes, and what the alarm watches', () => {
    const transformations = filter['MetricTransformations'] as { MetricNamespace: string; MetricName: string }[];
    const counted = transformations.map(({ MetricName }) => metricText(MetricName, {}));

    expect(asText(DestinationArn)).toBe(asText(filter['LogGroupName']).replace('}', '.Arn}'));
    expect(transformations).toMatchObject([
      { MetricNamespace: { Ref: 'AWS::StackName' }, MetricValue: '1', DefaultValue: 0 },
    ]);
    expect(watchedIn(resources).get('RefusedByAws')).toEqual(counted);
  });
});

describe('alarms', () => {
  const has = (namespace: string, metric: string, dimension: string, id: string) =>
    alarms.some((alarm) => {
      const math = (alarm['Metrics'] ?? []) as { MetricStat?: { Metric: Record<string, unknown> } }[];
      const metrics = [
        alarm,
        ...math.flatMap(({ MetricStat }) => (MetricStat === undefined ? [] : [MetricStat.Metric])),
      ];
      return metrics.some(
        ({ Namespace, MetricName, Dimensions }) =>
          Namespace === namespace &&
          MetricName === metric &&
          JSON.stringify(Dimensions).includes(JSON.stringify(dimension)) &&
          JSON.stringify(Dimensions).includes(JSON.stringify(id)),
      );
    });

  it('given every function, then somebody is told of its errors, and of slowness where a caller waits', () => {
    const forCalls = ['PreCall', 'PostCallIntake', 'Initiation', 'ThreeCx', 'Uploads'].map((name) => `${name}Function`);
    const untold = functions.flatMap(([id]) =>
      ['Errors', ...([...forCalls, 'ReconcileFunction'].includes(id) ? ['Duration'] : [])]
        .filter((metric) => !has('AWS/Lambda', metric, 'FunctionName', id))
        .map((metric) => `${id} ${metric}`),
    );

    expect(untold).toEqual([]);
  });

  it('given the limit that all functions share, then somebody is told before and when it is reached', () => {
    const ofAccount = alarms.filter(({ Namespace, Dimensions }) => Namespace === 'AWS/Lambda' && !Dimensions);

    expect(ofAccount.map(({ MetricName, Threshold }) => [MetricName, Threshold])).toEqual([
      ['ConcurrentExecutions', 800],
      ['Throttles', 1],
    ]);
    for (const [, properties] of functions) expect(properties).not.toHaveProperty('ReservedConcurrentExecutions');
  });

  it('given the table, then somebody is told of throttled reads and writes, and of errors of DynamoDB', () => {
    for (const metric of ['ReadThrottleEvents', 'WriteThrottleEvents', 'SystemErrors'])
      expect(has('AWS/DynamoDB', metric, 'TableName', 'LedgerTable')).toBe(true);
  });

  it('given every queue, then somebody is told of jobs that nobody takes, and of anything that is parked', () => {
    const parked = new Set(
      queues.flatMap(([, { RedrivePolicy }]) =>
        RedrivePolicy === undefined
          ? []
          : [asText((RedrivePolicy as { deadLetterTargetArn: unknown }).deadLetterTargetArn)],
      ),
    );
    for (const [id, { RedrivePolicy }] of queues) {
      expect([id, has('AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'QueueName', id)]).toEqual([id, true]);
      if (RedrivePolicy === undefined) continue;
      const stopped = alarms.find(({ AlarmName }) => asText(AlarmName).endsWith(`-${id.replace(/Queue$/, 'Stopped')}`));
      // For fifteen minutes without a break.
      expect(stopped).toMatchObject({ Statistic: 'Minimum', Period: 300, EvaluationPeriods: 3, Threshold: 1 });
    }
    expect(parked.size).toBeGreaterThan(3);
  });

  it('given any alarm, then it tells the topic, says what missing data means, and has at most ten metrics', () => {
    const [[topic]] = ofType(resources, 'AWS::SNS::Topic') as [[string, unknown]];
    for (const { AlarmActions, OKActions, TreatMissingData, AlarmDescription, Metrics = [] } of alarms) {
      const isQuiet = String(AlarmDescription).includes('A stranger can set it off, so it tells nobody.');
      expect([AlarmActions, OKActions]).toEqual(
        isQuiet ? [undefined, undefined] : [[{ Ref: topic }], [{ Ref: topic }]],
      );
      expect(['breaching', 'notBreaching']).toContain(TreatMissingData);
      expect(AlarmDescription).toMatch(/docs\/RUNBOOK\.md#[a-z]+$/);
      // CloudFormation gives anything else back as question marks.
      expect(AlarmDescription).toMatch(/^[\x20-\x7e]+$/);
      const measured = (Metrics as { MetricStat?: object }[]).filter(({ MetricStat }) => MetricStat !== undefined);
      expect(measured.length).toBeLessThanOrEqual(10);
    }
    expect(new Set(alarms.map(({ AlarmName }) => asText(AlarmName))).size).toBe(alarms.length);
  });

  it('given what a stranger can set off, then it is these two alarms, and they tell nobody', () => {
    const quiet = alarms.filter(({ AlarmActions }) => AlarmActions === undefined);

    expect(quiet.map(({ AlarmName }) => asText(AlarmName).replace(/^.*-/, '')).toSorted()).toEqual([
      'OpenRouteRefusals',
      'RefusedByAws',
    ]);
  });

  it('given 503 for a secret that was never filled, then the alarms on errors leave it out', () => {
    const errors = alarms.filter(({ AlarmName }) => /ApiError(s|Count)$/.test(asText(AlarmName)));

    expect(errors).toHaveLength(2);
    for (const { Metrics } of errors) {
      expect(JSON.stringify(Metrics)).toContain('"Value":"not_filled"');
      expect(JSON.stringify(Metrics)).toContain('errors - FILL(unfilled, 0)');
    }
  });

  it('given the topic, then it takes from CloudWatch what the alarms have to say', () => {
    const [[topic]] = ofType(resources, 'AWS::SNS::Topic') as [[string, unknown]];

    expect(rightsOf(resources)).toContainEqual(
      expect.objectContaining({
        effect: 'Allow',
        action: 'sns:Publish',
        resource: `\${${topic}}`,
        principal: { Service: 'cloudwatch.amazonaws.com' },
      }),
    );
  });
});
