import * as z from 'zod';
import type { DeployedFunction, DeployedSchedule } from './deployed-stack';
import { runnableFunction } from './function-references';
import { jsonText } from './json-text';
import type { ResolutionScope } from './resolution-scope';
import { mapResources, ofType, readProperties, type TemplateResource } from './template-resource';

const target = z.object({
  Arn: z.string(),
  Input: jsonText.optional(),
  InputPath: z.undefined('the local stack sends constant inputs only').optional(),
  InputTransformer: z.undefined('the local stack sends constant inputs only').optional(),
});
const ruleSchema = z.object({ Name: z.string().optional(), ScheduleExpression: z.string(), Targets: z.array(target) });
const scheduleSchema = z.object({
  Name: z.string().optional(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.enum(['UTC', 'Etc/UTC'], 'the local stack keeps UTC').optional(),
  Target: target,
});

const isOn = ({ properties }: TemplateResource): boolean =>
  Object.hasOwn(properties, 'ScheduleExpression') && properties['State'] !== 'DISABLED';

/** Each function that a rule or schedule invokes; targets that are no functions are left out. */
export const readSchedules = async (
  resources: readonly TemplateResource[],
  functions: Readonly<Record<string, DeployedFunction>>,
  scope: ResolutionScope,
): Promise<Record<string, DeployedSchedule[]>> => {
  const schedule = (id: string, name: string, expression: string, targets: readonly z.infer<typeof target>[]) => {
    const invocations = targets.filter(({ Arn }) => Arn.startsWith('arn:aws:lambda:'));
    if (invocations.length === 0) return undefined;
    return invocations.map(({ Arn, Input }) => ({
      functionId: runnableFunction(functions, Arn, id),
      name,
      expression,
      ...(Input !== undefined && { input: Input }),
    }));
  };
  const rules = await mapResources(ofType(resources, 'AWS::Events::Rule').filter(isOn), (rule) => {
    const { Name = rule.id, ScheduleExpression, Targets } = readProperties(rule, ruleSchema, scope);
    return schedule(rule.id, Name, ScheduleExpression, Targets);
  });
  const schedules = await mapResources(ofType(resources, 'AWS::Scheduler::Schedule').filter(isOn), (resource) => {
    const { Name = resource.id, ScheduleExpression, Target } = readProperties(resource, scheduleSchema, scope);
    return schedule(resource.id, Name, ScheduleExpression, [Target]);
  });
  return { ...rules, ...schedules };
};
