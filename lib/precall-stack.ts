import { CfnOutput, RemovalPolicies, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Data } from './constructs/data/data';
import { Operators } from './constructs/operators';
import { Service } from './constructs/service';
import { arnsOf, urlsOf } from './outputs';
import type { Settings } from './settings';

/** The settings of one installation. */
export interface PrecallStackProps extends StackProps {
  readonly settings: Settings;
}

/** Resources that the account's other APIs use as well. */
const sharedByAccount = ['AWS::IAM::Role', 'AWS::ApiGateway::Account'];

/**
 * An installation of Precall: its data, and the service that uses it. They are separate scopes that meet only here, so
 * that they can become two stacks.
 */
export class PrecallStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: PrecallStackProps) {
    super(scope, id, { terminationProtection: settings.RETAIN_DATA, ...props });
    const data = new Data(this, 'Data', { settings });
    const service = new Service(this, 'Service', { settings, data });
    const operators = new Operators(this, 'Operators', { data, reconcile: service.reconcile });
    if (!settings.RETAIN_DATA) RemovalPolicies.of(this).destroy({ excludeResourceTypes: sharedByAccount });
    this.addOutputs({
      ...urlsOf(service.api, settings.DOMAIN_NAME, service.paths),
      ...arnsOf(data.secrets),
      ...(service.domainTarget !== undefined && { DomainTarget: service.domainTarget }),
      ElevenLabsUrl: settings.ELEVENLABS_API_BASE_URL,
      ReconcileFunctionName: service.reconcile.function.functionName,
      TableName: data.table.tableName,
      BucketName: data.bucket.bucketName,
      AlarmTopicArn: service.alarmTopic.topicArn,
      OperatorsReadPolicyArn: operators.readPolicy.managedPolicyArn,
      OperatorsActPolicyArn: operators.actPolicy.managedPolicyArn,
    });
  }

  private addOutputs(outputs: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
