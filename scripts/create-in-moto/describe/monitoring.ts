import * as z from 'zod';
import { ofType } from '../../../local/stack/template-resource';
import type { Comparison } from '../differences';
import type { MotoStack } from '../moto-stack';
import { metricFilterInput } from '../request-shapes';

const alarms = z.object({ MetricAlarms: z.array(z.looseObject({ AlarmName: z.string() })) });

/** Alarms, with everything that the template says of them. */
export const describeAlarms = async ({ cli, resources, name }: MotoStack): Promise<Comparison[]> => {
  const { MetricAlarms } = alarms.parse(
    await cli.call('cloudwatch', 'describe-alarms', { AlarmNamePrefix: `${name}-` }),
  );
  const asked = ofType(resources, 'AWS::CloudWatch::Alarm');
  const each = asked.map(({ id, type, properties }) => ({
    type,
    what: id,
    expected: properties,
    described: MetricAlarms.find(({ AlarmName }) => AlarmName === properties['AlarmName']),
  }));
  const { length: described } = MetricAlarms;
  return [...each, { type: 'AWS::CloudWatch::Alarm', what: 'their number', expected: asked.length, described }];
};

const logGroups = z.object({ logGroups: z.array(z.looseObject({ logGroupName: z.string() })) });

/** Log groups: how long they keep what they get. */
export const describeLogGroups = async ({ cli, resources, physicalId }: MotoStack): Promise<Comparison[]> => {
  const { logGroups: made } = logGroups.parse(await cli.call('logs', 'describe-log-groups'));
  return ofType(resources, 'AWS::Logs::LogGroup').map(({ id, type, properties }) => ({
    type,
    what: id,
    expected: { retentionInDays: properties['RetentionInDays'] },
    described: made.find(({ logGroupName }) => logGroupName === physicalId(id)),
  }));
};

const filters = z.object({ metricFilters: z.array(z.looseObject({ filterName: z.string() })) });

/** What is counted from logs. */
export const describeMetricFilters = async ({ cli, resources }: MotoStack): Promise<Comparison[]> => {
  const { metricFilters } = filters.parse(await cli.call('logs', 'describe-metric-filters'));
  return ofType(resources, 'AWS::Logs::MetricFilter').map(({ id, type, properties }) => ({
    type,
    what: id,
    expected: metricFilterInput(id, properties),
    described: metricFilters.find(({ filterName }) => filterName === id),
  }));
};

const topicAttributes = z.object({ Attributes: z.looseObject({ Policy: z.string() }) });
const topicPolicy = z.object({ Topics: z.array(z.string()), PolicyDocument: z.unknown() });

/** Topics and their policies. */
export const describeTopics = async ({ cli, resources, physicalId }: MotoStack): Promise<Comparison[]> => {
  const policies = ofType(resources, 'AWS::SNS::TopicPolicy').map(({ id, properties }) => ({
    id,
    ...topicPolicy.parse(properties),
  }));
  const found = ofType(resources, 'AWS::SNS::Topic').map(async ({ id, type, properties }): Promise<Comparison[]> => {
    const TopicArn = physicalId(id);
    const { Attributes } = topicAttributes.parse(await cli.call('sns', 'get-topic-attributes', { TopicArn }));
    const own = { type, what: id, expected: { DisplayName: properties['DisplayName'] }, described: Attributes };
    const policy = policies.find(({ Topics }) => Topics.includes(TopicArn));
    if (policy === undefined) return [own];
    const { id: what, PolicyDocument: expected } = policy;
    return [own, { type: 'AWS::SNS::TopicPolicy', what, expected, described: JSON.parse(Attributes.Policy) }];
  });
  return (await Promise.all(found)).flat();
};
