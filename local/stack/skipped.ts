import type { TemplateResource } from './template-resource';

/** Resources that are read as parts of other resources. */
const partsOfOthers = new Set([
  'AWS::ApiGateway::Deployment',
  'AWS::ApiGateway::Resource',
  'AWS::ApiGateway::RestApi',
  'AWS::ApiGateway::Stage',
  'AWS::Lambda::Alias',
  'AWS::Lambda::Version',
]);

/** Returns the logical ids of the resources that the local stack does not run, by type. */
export const skippedResources = (
  resources: readonly TemplateResource[],
  ...running: readonly Readonly<Record<string, unknown>>[]
): Record<string, string[]> => {
  const runningIds = new Set(running.flatMap((byId) => Object.keys(byId)));
  const skipped: Record<string, string[]> = {};
  for (const { id, type } of resources) {
    if (!runningIds.has(id) && !partsOfOthers.has(type)) skipped[type] = [...(skipped[type] ?? []), id];
  }
  return skipped;
};
