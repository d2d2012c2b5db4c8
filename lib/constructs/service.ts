import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import type { Settings } from '../settings';
import { BundledFunction } from './building-blocks/bundled-function';
import { RouteFunction } from './building-blocks/route-function';
import { WorkQueue } from './building-blocks/work-queue';
import { Callers } from './callers';
import type { Data } from './data/data';
import { HealthCheck } from './health-check';
import { InitiationWebhook } from './initiation-webhook';
import type { Installation } from './installation';
import { AlarmTopic } from './monitoring/alarm-topic';
import { Budget } from './monitoring/budget';
import { keepAlarms } from './monitoring/impact-alarm';
import { Monitoring } from './monitoring/monitoring';
import { PostCall } from './post-call';
import { PreCallWebhook } from './precall-webhook';
import { Reconcile } from './reconcile';
import { SetupCheck } from './setup-check';
import { ThreeCx } from './three-cx';
import { Uploads } from './uploads';
import { VoiceLifecycle } from './voice-lifecycle';
import { Firewall } from './web/firewall';
import { OwnDomain } from './web/own-domain';
import { Tracing } from './web/tracing';
import { WebApi } from './web/web-api';

/** What the service runs with. */
export interface ServiceProps {
  readonly settings: Settings;
  readonly data: Data;
}

/** Everything of an installation that holds no data: functions, queues, the API and their alarms. */
export class Service extends Construct {
  readonly api: RestApi;
  readonly alarmTopic: AlarmTopic;
  readonly reconcile: Reconcile;
  /** What the DNS record of the operator's own domain has to be an alias of; undefined: there is no such domain. */
  readonly domainTarget: string | undefined;

  constructor(scope: Construct, id: string, { settings, data }: ServiceProps) {
    super(scope, id);
    this.alarmTopic = new AlarmTopic(this, 'AlarmTopic', { email: settings.ALARM_EMAIL, key: data.key });
    this.reconcile = this.addCapabilities({ settings, data, alarmTopic: this.alarmTopic });
    const constructs = this.node.findAll();
    const routes = constructs.filter((each) => each instanceof RouteFunction);
    this.api = this.addWeb(settings, data, routes);
    this.domainTarget = this.addFront(settings, data);
    new Monitoring(this, 'Monitoring', {
      settings,
      table: data.table,
      alarmTopic: this.alarmTopic,
      routes,
      functions: constructs.filter((each) => each instanceof BundledFunction),
      queues: constructs.filter((each) => each instanceof WorkQueue),
    });
    keepAlarms(this, settings.MONITORING);
    if (settings.BUDGET_USD > 0)
      new Budget(this, 'Budget', { monthlyUsd: settings.BUDGET_USD, alarmTopic: this.alarmTopic });
  }

  private addCapabilities(installation: Installation): Reconcile {
    const lifecycle = new VoiceLifecycle(this, 'VoiceLifecycle', installation);
    const [voiceDeletions, callEnds] = [lifecycle.jobs.queue, lifecycle.ends.queue];
    const clones = new ThreeCx(this, 'ThreeCxCalls', { ...installation, voiceDeletions }).clones.queue;
    const postCalls = new PostCall(this, 'PostCall', { ...installation, callEnds, clones }).jobs.queue;
    new PreCallWebhook(this, 'PreCall', { ...installation, voiceDeletions });
    new InitiationWebhook(this, 'Initiation', { ...installation, clones });
    new Uploads(this, 'Uploads', installation);
    new Callers(this, 'Callers', { ...installation, voiceDeletions });
    new SetupCheck(this, 'SetupCheck', installation);
    new HealthCheck(this, 'Health', { ...installation, voiceDeletions });
    return new Reconcile(this, 'Reconcile', { ...installation, voiceDeletions, postCalls });
  }

  private addWeb(settings: Settings, { key }: Data, routes: readonly RouteFunction[]): RestApi {
    const { api } = new WebApi(this, 'Web', {
      routes,
      settings,
      key,
      alarmTopic: this.alarmTopic,
    });
    new Tracing(this, 'Tracing', { api, tracedPercent: settings.TRACED_PERCENT });
    return api;
  }

  /** The firewall and the domain, where the settings ask for them. */
  private addFront(settings: Settings, { key }: Data): string | undefined {
    const { api } = this;
    if (settings.WAF_ENABLED) new Firewall(this, 'Firewall', { stageArn: api.deploymentStage.stageArn, settings, key });
    return settings.DOMAIN_NAME === '' ? undefined : new OwnDomain(this, 'OwnDomain', { api, settings }).target;
  }
}
