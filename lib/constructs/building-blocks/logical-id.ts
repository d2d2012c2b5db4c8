import { CfnResource } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Replaces the generated logical id of a construct's resource by one without a path and a hash. People and scripts name
 * the resource by it, and it stays the same when constructs move, also to another stack. Throws for a construct that is
 * not one resource.
 */
export const setLogicalId = (construct: IConstruct, logicalId: string): void => {
  const resource = construct.node.defaultChild;
  if (!(resource instanceof CfnResource)) throw new Error(`${construct.node.path} is not a single resource.`);
  resource.overrideLogicalId(logicalId);
};
