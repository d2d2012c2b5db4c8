import { CfnOutput, RemovalPolicies, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { Callers } from './constructs/callers';
import { Firewall } from './constructs/firewall';
import { HealthCheck } from './constructs/health-check';
import { InitiationWebhook } from './constructs/initiation-webhook';
import { Ledger } from './constructs/ledger';
import { Monitoring } from './constructs/monitoring/monitoring';
import { OwnDomain } from './constructs/own-domain';
import { PostCall } from './constructs/post-call';
import { PreCallWebhook } from './constructs/precall-webhook';
import { Reconcile } from './constructs/reconcile';
import { SetupCheck } from './constructs/setup-check';
import { Storage } from './constructs/storage';
import { ThreeCx } from './constructs/three-cx';
import { Tracing } from './constructs/tracing';
import { Uploads } from './constructs/uploads';
import { VoiceLifecycle } from './constructs/voice-lifecycle';
import { WebApi, type WebApiProps } from './constructs/web-api';
import { secretsOf } from './installation-secrets';
import { arnsOf, urlsOf } from './outputs';
import type { Settings } from './settings';
import { addressesOf } from './source-addresses';

/** What one installation is made of. */
export interface PrecallStackProps extends StackProps {
  readonly settings: Settings;
}

/** What the account's other APIs use as well. */
const ofTheAccount = ['AWS::IAM::Role', 'AWS::ApiGateway::Account'];

/** One installation of Precall: composition only, each capability is a construct of its own. */
export class PrecallStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: PrecallStackProps) {
    super(scope, id, { terminationProtection: settings.RETAIN_DATA, ...props });
    const { table } = new Ledger(this, 'Ledger', { isProtected: settings.RETAIN_DATA });
    const { bucket } = new Storage(this, 'Storage', { settings });
    const secrets = secretsOf(this, settings);
    const stores = { settings, table, bucket, ...secrets };
    const { jobs, expiryFailures } = new VoiceLifecycle(this, 'VoiceLifecycle', stores);
    const shared = { ...stores, voiceDeletions: jobs.queue };
    const threeCx = new ThreeCx(this, 'Calls', shared);
    const clones = threeCx.clones.queue;
    const initiation = new InitiationWebhook(this, 'Initiation', { ...shared, clones });
    const precall = new PreCallWebhook(this, 'PreCall', shared);
    const postCall = new PostCall(this, 'PostCall', { ...shared, clones });
    const reconcile = new Reconcile(this, 'Reconcile', { ...shared, postCalls: postCall.jobs.queue });
    const uploads = new Uploads(this, 'Uploads', shared);
    const callers = new Callers(this, 'Callers', shared);
    const setupCheck = new SetupCheck(this, 'SetupCheck', shared);
    const health = new HealthCheck(this, 'Health', shared);
    const web = this.addWeb(settings, {
      calls: {
        'POST /webhook/precall': precall.function,
        'POST /webhook/postcall': postCall.intake,
        'POST /webhook/initiation': initiation.function,
        'POST /webhook/3cx': threeCx.webhook,
        'POST /uploads': uploads.function,
      },
      office: { ...callers.routes, 'POST /setup/check': setupCheck.function },
      health: { 'GET /health': health.function },
    });
    const { accessLog } = web;
    const monitoring = new Monitoring(this, 'Monitoring', { settings, api: web.api, accessLog, expiryFailures });
    this.addOutputs({
      ...urlsOf(web.api, settings.DOMAIN_NAME),
      ...arnsOf(secrets),
      ...this.addFront(web, settings),
      ReconcileFunctionName: reconcile.function.functionName,
      AlarmTopicArn: monitoring.topic.topicArn,
    });
  }

  private addOutputs(outputs: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }

  /** What stands before the API, where settings ask for it, and what is recorded of its requests. */
  private addFront({ api }: WebApi, settings: Settings): Record<string, string> {
    const {
      WAF_REQUESTS_PER_ADDRESS: requestsPerAddress,
      DOMAIN_NAME: domainName,
      CERTIFICATE_ARN: certificateArn,
    } = settings;
    new Tracing(this, 'Tracing', { api, tracedPercent: settings.TRACED_PERCENT });
    if (!settings.RETAIN_DATA) RemovalPolicies.of(this).destroy({ excludeResourceTypes: ofTheAccount });
    if (settings.WAF_ENABLED)
      new Firewall(this, 'Firewall', { stageArn: api.deploymentStage.stageArn, requestsPerAddress });
    if (domainName === '') return {};
    return { DomainTarget: new OwnDomain(this, 'OwnDomain', { api, domainName, certificateArn }).target };
  }

  private addWeb(settings: Settings, routes: WebApiProps['routes']): WebApi {
    const addresses = addressesOf(settings.ELEVENLABS_SOURCE_IPS);
    return new WebApi(this, 'Web', {
      routes,
      callLimit: { ratePerS: settings.THROTTLE_RATE_PER_SECOND, burst: settings.THROTTLE_BURST },
      setsLogRole: settings.API_LOG_ROLE,
      logRetentionDays: settings.LOG_RETENTION_DAYS,
      // The senders of the other routes are the user's own, wherever they are.
      sourceRule: { addresses, paths: ['/webhook/initiation', '/webhook/postcall'] },
    });
  }
}
