import { localAccountId } from '../aws/account-id';
import type { CloudAssembly, Template } from './cloud-assembly';

/** What `Ref` gives for a resource, under `Ref`, and what `Fn::GetAtt` gives, under the attribute's name. */
export type ResourceAttributes = Readonly<Record<string, string>>;

/** Everything that the intrinsic functions of a template can refer to. */
export interface ResolutionScope {
  readonly stackName: string;
  readonly region: string;
  readonly template: Pick<Template, 'Parameters'>;
  readonly pseudoParameters: Readonly<Record<string, string>>;
  /** By logical id; resources that were not created yet, or never are, have none. */
  readonly resources: Readonly<Record<string, ResourceAttributes>>;
}

/** The scope before anything was created. */
export const startScope = ({ stackName, template }: CloudAssembly, region: string): ResolutionScope => ({
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

/** The scope with more resources in it. */
export const extendScope = (
  scope: ResolutionScope,
  resources: Readonly<Record<string, ResourceAttributes>>,
): ResolutionScope => ({ ...scope, resources: { ...scope.resources, ...resources } });
