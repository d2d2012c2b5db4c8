import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnSecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/** What a secret is for. */
export interface GeneratedSecretProps {
  readonly description: string;
}

/** A secret that nobody else has to know: AWS makes its value with the stack. */
export class GeneratedSecret extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string, { description }: GeneratedSecretProps) {
    super(scope, id);
    this.secret = new Secret(this, 'Secret', {
      description,
      removalPolicy: RemovalPolicy.RETAIN,
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    const resource = this.secret.node.defaultChild;
    // A logical id without a hash: people and scripts name the secret by it.
    if (resource instanceof CfnSecret) resource.overrideLogicalId(id);
  }
}
