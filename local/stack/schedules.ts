import * as z from 'zod';
import type { DeployedFunction, DeployedSchedule } from './deployed-stack';
import { runnableFunction } from './function-references';
import type { ResolutionScope } from './resolution-scope';
import { jsonText } from './template-resource';
import { mapResources, ofType, readProperties, type TemplateResource } from './template-resource';

const target = z.object({
  Arn: z.string(),
  Input: jsonText.optional(),
  InputPath: z.undefined('the local stack sends constant inputs only').optional(),
  InputTransformer: z.undefined('the local stack sends constant inputs only').optional(),
});
const ruleSchema = z.object({ Name: z.string().optional(), ScheduleExpression: z.string(), Targets: z.array(target) });
const isOn = ({ properties }: TemplateResource): boolean =>
  Object.hasOwn(properties, 'ScheduleExpression') && properties['State'] !== 'DISABLED';

/** Reads each function that a scheduled rule invokes. Ignores targets other than functions. */
export const readSchedules = async (
  resources: readonly TemplateResource[],
  functions: Readonly<Record<string, DeployedFunction>>,
  scope: ResolutionScope,
): Promise<Record<string, DeployedSchedule[]>> => {
  const [scheduler] = ofType(resources, 'AWS::Scheduler::Schedule');
  if (scheduler !== undefined)
    throw new Error(`${scheduler.id} is an AWS::Scheduler::Schedule; the local stack runs AWS::Events::Rule only`);
  return mapResources(ofType(resources, 'AWS::Events::Rule').filter(isOn), (rule) => {
    const { Name: name = rule.id, ScheduleExpression: expression, Targets } = readProperties(rule, ruleSchema, scope);
    const invocations = Targets.filter(({ Arn }) => Arn.startsWith('arn:aws:lambda:'));
    if (invocations.length === 0) return undefined;
    return invocations.map(({ Arn, Input }) => ({
      functionId: runnableFunction(functions, Arn, rule.id),
      name,
      expression,
      ...(Input !== undefined && { input: Input }),
    }));
  });
};
