import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/** What a secret is for. */
export interface EmptySecretProps {
  /** Tells the operator what to put in, and where it comes from. */
  readonly description: string;
}

/**
 * A secret that is created without a value. Until its operator puts one in, whatever needs it answers 503: a generated
 * value would look configured and fit nothing.
 */
export class EmptySecret extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, { description }: EmptySecretProps) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', { description, removalPolicy: RemovalPolicy.RETAIN });
    const resource = this.secret.node.defaultChild;
    if (!(resource instanceof CfnSecret)) return;
    resource.addPropertyDeletionOverride('GenerateSecretString');
    // A logical id without a hash: people and scripts name the secret by it.
    resource.overrideLogicalId(id);
  }
}
