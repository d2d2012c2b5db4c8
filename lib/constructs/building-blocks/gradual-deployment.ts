import { Stack } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Alias, Function, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** What all gradual deployments of a stack share. */
class Deployments extends Construct {
  readonly application: LambdaApplication;
  readonly role: Role;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.application = new LambdaApplication(this, 'Application');
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('codedeploy.amazonaws.com'),
      managedPolicies: [ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSCodeDeployRoleForLambdaLimited')],
    });
  }

  static of(stack: Stack): Deployments {
    const known = stack.node.tryFindChild('Deployments');
    return known instanceof Deployments ? known : new Deployments(stack, 'Deployments');
  }
}

/** An alias that acts with the role of its function, as every alias here does. */
export type LiveAlias = Alias & IFunction;

const hasRole = (alias: Alias): alias is LiveAlias => alias.role !== undefined;

/**
 * Returns an alias of the function that a new version takes over gradually: it gets a tenth of the events for ten
 * minutes. If the alarm goes off meanwhile, AWS gives all events back to the version before, and rolls the stack back.
 * Throws for a function without a role.
 */
export const gradually = (scope: Construct, handler: Function, alarm: IAlarm): LiveAlias => {
  const { application, role } = Deployments.of(Stack.of(scope));
  const alias = handler.addAlias('live');
  if (!hasRole(alias)) throw new Error(`${handler.node.path} has no role.`);
  new LambdaDeploymentGroup(scope, 'Deployment', {
    application,
    role,
    alias,
    alarms: [alarm],
    deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_10MINUTES,
  });
  return alias;
};
