import { Annotations } from 'aws-cdk-lib';
import type { RestApi } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { featuresOf } from '../features';
import type { Settings } from '../settings';
import { BundledFunction } from './building-blocks/bundled-function';
import { RouteFunction } from './building-blocks/route-function';
import { WorkQueue } from './building-blocks/work-queue';
import { Callers } from './callers';
import { Clones } from './clones';
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

/** The dependencies of the service. */
export interface ServiceProps {
  readonly settings: Settings;
  readonly data: Data;
}

const noEnds =
  'FEATURES has no postcall: nobody reports the ends of calls. Agents keep the voice of a caller until ' +
  'VOICE_TTL_HOURS have passed, and no transcript is stored.';

/** All parts of an installation that hold no data: functions, queues, the API and their alarms. */
export class Service extends Construct {
  readonly api: RestApi;
  readonly alarmTopic: AlarmTopic;
  readonly reconcile: Reconcile;
  /** The deployed paths of the API. */
  readonly paths: readonly string[];
  /** The target of the DNS alias record for the operator's own domain; undefined if there is no such domain. */
  readonly domainTarget: string | undefined;

  constructor(scope: Construct, id: string, { settings, data }: ServiceProps) {
    super(scope, id);
    this.alarmTopic = new AlarmTopic(this, 'AlarmTopic', { email: settings.ALARM_EMAIL, key: data.key });
    this.reconcile = this.addCapabilities({ settings, data, alarmTopic: this.alarmTopic });
    const constructs = this.node.findAll();
    const routes = constructs.filter((each) => each instanceof RouteFunction);
    this.paths = routes.flatMap((each) => each.routes.map(({ path }) => path));
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

  /** Adds the parts that are always deployed, and the features that the settings choose. */
  private addCapabilities(installation: Installation): Reconcile {
    const features = featuresOf(installation.settings.FEATURES);
    const lifecycle = new VoiceLifecycle(this, 'VoiceLifecycle', installation);
    const voiceDeletions = lifecycle.jobs.queue;
    const callEnds = lifecycle.ends.queue;
    const clones = new Clones(this, 'Clones', { ...installation, voiceDeletions }).jobs.queue;
    if (features.has('3cx')) new ThreeCx(this, 'ThreeCx', { ...installation, clones });
    const postCalls = features.has('postcall')
      ? new PostCall(this, 'PostCall', { ...installation, callEnds, clones }).jobs.queue
      : undefined;
    if (postCalls === undefined) Annotations.of(this).addInfo(noEnds);
    if (features.has('precall')) new PreCallWebhook(this, 'PreCall', { ...installation, voiceDeletions });
    if (features.has('initiation')) new InitiationWebhook(this, 'Initiation', { ...installation, clones });
    if (features.has('uploads')) new Uploads(this, 'Uploads', installation);
    if (features.has('callers')) new Callers(this, 'Callers', { ...installation, voiceDeletions });
    if (features.has('setup-check')) new SetupCheck(this, 'SetupCheck', installation);
    if (features.has('health')) new HealthCheck(this, 'Health', { ...installation, voiceDeletions });
    return new Reconcile(this, 'Reconcile', {
      ...installation,
      voiceDeletions,
      ...(postCalls !== undefined && { postCalls }),
    });
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

  /** Adds the firewall and the domain if the settings ask for them. */
  private addFront(settings: Settings, { key }: Data): string | undefined {
    const { api } = this;
    if (settings.WAF_ENABLED) new Firewall(this, 'Firewall', { stageArn: api.deploymentStage.stageArn, settings, key });
    return settings.DOMAIN_NAME === '' ? undefined : new OwnDomain(this, 'OwnDomain', { api, settings }).target;
  }
}
