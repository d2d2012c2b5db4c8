import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

/** The recipients of the alarms. */
export interface AlarmTopicProps {
  /** Email address that receives every alarm. An empty text means no email. */
  readonly email: string;
  /** @default a key of AWS */
  readonly key: IKey | undefined;
}

/** SNS topic that all alarms publish to. Add other subscribers manually. */
export class AlarmTopic extends Topic {
  constructor(scope: Construct, id: string, { email, key }: AlarmTopicProps) {
    super(scope, id, {
      displayName: 'Precall alarms',
      enforceSSL: true,
      ...(key !== undefined && { masterKey: key }),
    });
    // The policy that enforces TLS replaces the default policy, so it must allow CloudWatch to publish.
    this.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    if (email !== '') this.addSubscription(new EmailSubscription(email));
  }
}
