import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

/** What the firewall protects. */
export interface FirewallProps {
  /** The stage of the REST API. */
  readonly stageArn: string;
  /** Most requests from one address in five minutes. */
  readonly requestsPerAddress: number;
}

/**
 * A web application firewall that blocks addresses which send too many requests, and addresses that AWS knows to be
 * bad. It does not inspect bodies: rule sets that do fail on long transcripts, and signatures decide whether a body is
 * trusted.
 */
export class Firewall extends Construct {
  constructor(scope: Construct, id: string, { stageArn, requestsPerAddress }: FirewallProps) {
    super(scope, id);
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visible('Firewall'),
      rules: [
        {
          name: 'TooManyRequests',
          priority: 0,
          action: { block: {} },
          statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit: requestsPerAddress } },
          visibilityConfig: visible('TooManyRequests'),
        },
        {
          name: 'BadReputation',
          priority: 1,
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: { vendorName: 'AWS', name: 'AWSManagedRulesAmazonIpReputationList' },
          },
          visibilityConfig: visible('BadReputation'),
        },
      ],
    });
    new CfnWebACLAssociation(this, 'Association', { webAclArn: acl.attrArn, resourceArn: stageArn });
  }
}

const visible = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  // Samples of requests would show addresses and headers.
  sampledRequestsEnabled: false,
});
