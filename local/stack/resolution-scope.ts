import { localAccountId } from '../aws/account-id';
import type { CloudAssembly, Template } from './cloud-assembly';

/** The value of `Ref` for a resource, under `Ref`, and its `Fn::GetAtt` values, under the attribute names. */
export type ResourceAttributes = Readonly<Record<string, string>>;

/** Everything that a template's intrinsic functions can reference. */
export interface ResolutionScope {
  readonly stackName: string;
  readonly region: string;
  readonly template: Pick<Template, 'Parameters'>;
  readonly pseudoParameters: Readonly<Record<string, string>>;
  /** Attributes by logical id. Resources that do not exist yet, or are never created, have none. */
  readonly resources: Readonly<Record<string, ResourceAttributes>>;
}

/** Creates the scope before any resource exists. */
export const startScope = (
  { stackName, template }: Omit<CloudAssembly, 'template'> & Pick<ResolutionScope, 'template'>,
  region: string,
): ResolutionScope => ({
  stackName,
  region,
  template,
  pseudoParameters: {
    'AWS::AccountId': localAccountId,
    'AWS::Partition': 'aws',
    'AWS::Region': region,
    'AWS::StackId': `arn:aws:cloudformation:${region}:${localAccountId}:stack/${stackName}/local`,
    'AWS::StackName': stackName,
    'AWS::URLSuffix': 'amazonaws.com',
  },
  resources: {},
});

/** Adds resources to the scope. */
export const extendScope = (
  scope: ResolutionScope,
  resources: Readonly<Record<string, ResourceAttributes>>,
): ResolutionScope => ({ ...scope, resources: { ...scope.resources, ...resources } });
