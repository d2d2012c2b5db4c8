import { Stack } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Alias, Function, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/** The parts that all gradual deployments of a stack share. */
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

/** An alias that acts with its function's role, as every alias here does. */
export type LiveAlias = Alias & IFunction;

const hasRole = (alias: Alias): alias is LiveAlias => alias.role !== undefined;

/**
 * Creates an alias that moves to a new version gradually: a tenth of the events for ten minutes. If the alarm goes off
 * meanwhile, AWS returns all events to the previous version and rolls the stack back. Throws if the function has no
 * role.
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
