import { ArnFormat, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnIPSet, CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import * as z from 'zod';
import type { Settings } from '../../settings';
import { trustedRanges } from '../../source-addresses';

/** The resources that the firewall protects. */
export interface FirewallProps {
  /** The ARN of the REST API's stage. */
  readonly stageArn: string;
  readonly settings: Settings;
  /** The key of the firewall's log; undefined means a key of AWS. */
  readonly key: IKey | undefined;
}

/** Headers that sign a request or grant access to a route. They must not appear in a log. */
const secretHeaders = ['elevenlabs-signature', 'x-signature', 'x-precall-secret', 'authorization'];

/**
 * A web application firewall that blocks addresses with too many requests or a bad reputation at AWS. It does not
 * inspect bodies, because rule sets for bodies fail on long transcripts, and signatures decide whether a body is
 * trusted. It never blocks addresses of ElevenLabs and the operator for their reputation, which neighbours in the cloud
 * can spoil.
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

  /** Logs blocked requests only, with their addresses, so that an operator can see who is blocked. */
  private logBlocked(acl: CfnWebACL, { settings, key }: FirewallProps): void {
    const logGroup = new LogGroup(this, 'Logs', {
      // AWS requires this prefix.
      logGroupName: `aws-waf-logs-${Stack.of(this).stackName}`,
      retention: z.enum(RetentionDays).parse(settings.LOG_RETENTION_DAYS),
      // It has a fixed name, which a new stack of this stage could not reuse.
      removalPolicy: RemovalPolicy.DESTROY,
      ...(key !== undefined && { encryptionKey: key }),
    });
    new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      logDestinationConfigs: [
        // AWS requires the ARN without the group's `:*` suffix.
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
  // Sampled requests would show addresses and headers.
  sampledRequestsEnabled: false,
});
