import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnIPSet, CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import * as z from 'zod';
import type { Settings } from '../../settings';
import { trustedRanges } from '../../source-addresses';

/** What the firewall protects. */
export interface FirewallProps {
  /** The stage of the REST API. */
  readonly stageArn: string;
  readonly settings: Settings;
  /** The key of the firewall's log; undefined: a key of AWS. */
  readonly key: IKey | undefined;
}

/** Headers that sign a request or open a route. They must not get into a log. */
const secretHeaders = ['elevenlabs-signature', 'x-signature', 'x-precall-secret', 'authorization'];

/**
 * A web application firewall that blocks addresses which send too many requests, and addresses that AWS knows to be
 * bad. It does not inspect bodies: rule sets that do fail on long transcripts, and signatures decide whether a body is
 * trusted. ElevenLabs' and the operator's addresses are never blocked for their reputation: cloud addresses get a bad
 * one from neighbours.
 */
export class Firewall extends Construct {
  constructor(scope: Construct, id: string, props: FirewallProps) {
    super(scope, id);
    const { stageArn, settings } = props;
    const trusted = new CfnIPSet(this, 'Trusted', {
      scope: 'REGIONAL',
      ipAddressVersion: 'IPV4',
      description: 'Addresses of ElevenLabs and of the operator',
      addresses: [...trustedRanges(settings.ELEVENLABS_SOURCE_IPS, settings.WAF_TRUSTED_IPS)],
    });
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visible('Firewall'),
      rules: [tooManyRequests(settings.WAF_REQUESTS_PER_ADDRESS), badReputation(trusted.attrArn)],
    });
    new CfnWebACLAssociation(this, 'Association', { webAclArn: acl.attrArn, resourceArn: stageArn });
    this.logBlocked(acl, props);
  }

  /** Logs blocked requests only. The log shows their addresses, so that an operator can see who is blocked. */
  private logBlocked(acl: CfnWebACL, { settings, key }: FirewallProps): void {
    const logGroup = new LogGroup(this, 'Logs', {
      // AWS takes no other beginning.
      logGroupName: `aws-waf-logs-${Stack.of(this).stackName}`,
      retention: z.enum(RetentionDays).parse(settings.LOG_RETENTION_DAYS),
      // It has a name of its own, which the next stack of this stage could not take.
      removalPolicy: RemovalPolicy.DESTROY,
      ...(key !== undefined && { encryptionKey: key }),
    });
    new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      logDestinationConfigs: [
        // AWS wants it without the `:*` at the end of the group's own ARN.
        Stack.of(this).formatArn({
          service: 'logs',
          resource: 'log-group',
          resourceName: logGroup.logGroupName,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
      redactedFields: [...secretHeaders.map((name) => ({ singleHeader: { Name: name } })), { queryString: {} }],
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          { Behavior: 'KEEP', Requirement: 'MEETS_ANY', Conditions: [{ ActionCondition: { Action: 'BLOCK' } }] },
        ],
      },
    });
  }
}

const tooManyRequests = (limit: number): CfnWebACL.RuleProperty => ({
  name: 'TooManyRequests',
  priority: 0,
  action: { block: {} },
  statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit } },
  visibilityConfig: visible('TooManyRequests'),
});

const badReputation = (trusted: string): CfnWebACL.RuleProperty => ({
  name: 'BadReputation',
  priority: 1,
  overrideAction: { none: {} },
  statement: {
    managedRuleGroupStatement: {
      vendorName: 'AWS',
      name: 'AWSManagedRulesAmazonIpReputationList',
      scopeDownStatement: { notStatement: { statement: { ipSetReferenceStatement: { arn: trusted } } } },
    },
  },
  visibilityConfig: visible('BadReputation'),
});

const visible = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  metricName,
  cloudWatchMetricsEnabled: true,
  // Samples of requests would show addresses and headers.
  sampledRequestsEnabled: false,
});
