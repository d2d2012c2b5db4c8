import * as z from 'zod';
import { ofType } from '../../../local/stack/template-resource';
import type { Comparison } from '../differences';
import type { MotoStack } from '../moto-stack';

const listedFunctions = z.object({ Functions: z.array(z.looseObject({ FunctionName: z.string() })) });
const code = z.object({ S3Key: z.string() });

/** Functions: runtime, handler, timeout, memory, role, variables, and that their code is the asset. */
export const describeFunctions = async ({ cli, resources, physicalId, zipBytes }: MotoStack): Promise<Comparison[]> => {
  const { Functions } = listedFunctions.parse(await cli.call('lambda', 'list-functions'));
  return ofType(resources, 'AWS::Lambda::Function').map(({ id, type, properties }) => {
    const { Runtime, Handler, Timeout, MemorySize, Role, Description, Environment, Code } = properties;
    const CodeSize = zipBytes.get(code.parse(Code).S3Key);
    return {
      type,
      what: id,
      expected: { Runtime, Handler, Timeout, MemorySize, Role, Description, Environment, CodeSize },
      described: Functions.find(({ FunctionName }) => FunctionName === physicalId(id)),
    };
  });
};

const listedMappings = z.object({ EventSourceMappings: z.array(z.looseObject({ UUID: z.string() })) });
const mapping = z.looseObject({ FunctionName: z.string() });

/** What invokes functions from queues and the stream, with everything that the template says of it. */
export const describeEventSources = async ({ cli, resources, physicalId }: MotoStack): Promise<Comparison[]> => {
  const { EventSourceMappings } = listedMappings.parse(await cli.call('lambda', 'list-event-source-mappings'));
  return ofType(resources, 'AWS::Lambda::EventSourceMapping').map(({ id, type, properties }) => {
    const { FunctionName, ...asked } = mapping.parse(properties);
    const made = EventSourceMappings.find(({ UUID }) => UUID === physicalId(id));
    const invoked = String(made?.['FunctionArn']).split(':').at(-1);
    return { type, what: id, expected: { ...asked, invoked: FunctionName }, described: { ...made, invoked } };
  });
};

const invokeConfig = z.looseObject({ FunctionName: z.string(), Qualifier: z.string() });

/** How asynchronous invocations are retried. */
export const describeInvokeConfigs = async ({ cli, resources }: MotoStack): Promise<Comparison[]> => {
  const found = ofType(resources, 'AWS::Lambda::EventInvokeConfig').map(
    async ({ id, type, properties }): Promise<Comparison> => {
      const { FunctionName, Qualifier, ...expected } = invokeConfig.parse(properties);
      const input = { FunctionName, Qualifier };
      const described = await cli.call('lambda', 'get-function-event-invoke-config', input);
      return { type, what: id, expected, described };
    },
  );
  return Promise.all(found);
};

const roleDetails = z.object({
  RoleDetailList: z.array(
    z.looseObject({
      RoleName: z.string(),
      AssumeRolePolicyDocument: z.unknown(),
      RolePolicyList: z.array(z.object({ PolicyName: z.string(), PolicyDocument: z.unknown() })),
    }),
  ),
});
const policy = z.object({ PolicyName: z.string(), PolicyDocument: z.unknown(), Roles: z.array(z.string()) });

/** Roles and their policies, statement by statement. */
export const describeRoles = async ({ cli, resources, physicalId }: MotoStack): Promise<Comparison[]> => {
  const answer = await cli.call('iam', 'get-account-authorization-details', { Filter: ['Role'] });
  const { RoleDetailList } = roleDetails.parse(answer);
  const roles = ofType(resources, 'AWS::IAM::Role').map(({ id, type, properties }) => ({
    type,
    what: id,
    expected: { AssumeRolePolicyDocument: properties['AssumeRolePolicyDocument'] },
    described: RoleDetailList.find(({ RoleName }) => RoleName === physicalId(id)),
  }));
  const policies = ofType(resources, 'AWS::IAM::Policy').map(({ id, type, properties }) => {
    const { PolicyName, PolicyDocument: expected, Roles } = policy.parse(properties);
    const role = RoleDetailList.find(({ RoleName }) => Roles.includes(RoleName));
    const made = role?.RolePolicyList.find((each) => each.PolicyName === PolicyName);
    return { type, what: id, expected, described: made?.PolicyDocument };
  });
  return [...roles, ...policies];
};

const rule = z.looseObject({ Targets: z.unknown(), ScheduleExpression: z.string(), State: z.string() });

/** Schedules: when, and what they invoke. */
export const describeSchedules = async ({ cli, resources, physicalId }: MotoStack): Promise<Comparison[]> => {
  const found = ofType(resources, 'AWS::Events::Rule').map(async ({ id, type, properties }): Promise<Comparison> => {
    const { Targets, ScheduleExpression, State } = rule.parse(properties);
    const Name = physicalId(id);
    const described = await Promise.all([
      cli.call('events', 'describe-rule', { Name }),
      cli.call('events', 'list-targets-by-rule', { Rule: Name }),
    ]);
    return { type, what: id, expected: [{ ScheduleExpression, State }, { Targets }], described };
  });
  return Promise.all(found);
};
