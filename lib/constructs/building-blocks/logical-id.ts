import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Replaces the generated logical id of a construct's resource by one without path and hash. People and scripts use it,
 * and it stays the same when constructs move, even to another stack. Throws if the construct is not a single resource.
 */
export const setLogicalId = (construct: IConstruct, logicalId: string): void => {
  const resource = construct.node.defaultChild;
  if (!(resource instanceof CfnResource)) throw new Error(`${construct.node.path} is not a single resource.`);
  resource.overrideLogicalId(logicalId);
};
