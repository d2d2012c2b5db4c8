import { join } from 'node:path';
import { RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import * as z from 'zod';
import { bundleOf } from '../../bundles';
import type { FunctionFolder, SecretsOf, VariablesOf } from '../../function-environments';
import type { Installation } from '../installation';
import { addAlarms, ImpactAlarm } from '../monitoring/impact-alarm';
import { functionAlarms, type WatchedFunction } from './function-alarms';
import { gradually, type LiveAlias } from './gradual-deployment';
import { allowSecrets, type ReadableSecret } from './grants';
import { setLogicalId } from './logical-id';

const functions = join(__dirname, '..', '..', '..', 'lambdas', 'functions');

/** What differs between functions. `SetByConstruct` names the variables that a subclass adds itself. */
export interface BundledFunctionProps<Folder extends FunctionFolder, SetByConstruct extends string = never>
  extends Installation, WatchedFunction {
  /** Folder under lambdas/functions/ that holds the function's handler.ts. */
  readonly folder: Folder;
  /** One sentence on what the function does, shown in the console. */
  readonly description: string;
  readonly memoryMb: number;
  /** The secrets that the function may read, by the variables that contain their ARNs. */
  readonly secrets: SecretsOf<Folder>;
  readonly environment: VariablesOf<Folder, SetByConstruct>;
}

/**
 * A function with its own minified bundle, role, log group and alarms. Its id is its display name: logical ids are
 * `<id>Function` and `<id>FunctionLogs`, and alarm names begin with it. Throws if the variables exceed Lambda's limit.
 */
export class BundledFunction<
  Folder extends FunctionFolder = FunctionFolder,
  SetByConstruct extends string = never,
> extends Construct {
  readonly function: Function;
  /**
   * What routes, queues and schedules invoke: the alias if new versions take over gradually, otherwise the function.
   */
  readonly invoked: Function | LiveAlias;
  /** The function's id, which is also its display name and the prefix of its logical id and alarms. */
  readonly name: string;
  /** Folder under lambdas/functions/ that holds handler.ts; also the service name in logs and metrics. */
  readonly folder: FunctionFolder;

  constructor(scope: Construct, id: string, props: BundledFunctionProps<Folder, SetByConstruct>) {
    super(scope, id);
    this.name = id;
    this.folder = props.folder;
    const secrets: Readonly<Record<string, ReadableSecret>> = props.secrets;
    const environment = {
      LOG_LEVEL: props.settings.LOG_LEVEL,
      POWERTOOLS_METRICS_NAMESPACE: Stack.of(this).stackName,
      ...Object.fromEntries(Object.entries(secrets).map(([name, { secretArn }]) => [name, secretArn])),
      ...props.environment,
    };
    requireRoom(id, environment);
    // If nothing is deployed, as in tests of the template, nothing is bundled.
    const code = Stack.of(this).bundlingRequired ? bundleOf(props.folder) : join(functions, props.folder);
    this.function = new Function(this, 'Function', {
      code: Code.fromAsset(code),
      handler: 'index.handler',
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: props.timeout,
      memorySize: props.memoryMb,
      // Lambda would trace every invocation by a schedule, most of which find that no run is due.
      tracing: props.runsEvery === undefined ? Tracing.ACTIVE : Tracing.PASS_THROUGH,
      // Versions are kept for roll-backs.
      currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      ...this.addRole(props),
      environment,
    });
    setLogicalId(this.function, `${id}Function`);
    allowSecrets(this.function, ...Object.values(secrets));
    const isGradual = props.settings.DEPLOYMENT === 'canary';
    const [errors, ...slowness] = functionAlarms(id, this.function, { ...props, endsDeployments: isGradual });
    const alarm = new ImpactAlarm(this, errors.name, { alarmTopic: props.alarmTopic, ...errors });
    addAlarms(this, props.alarmTopic, slowness);
    this.invoked = isGradual ? gradually(this, this.function, alarm) : this.function;
  }

  /**
   * Adds a role that may write only to the function's own log group. AWS's managed basic policy allows every log group.
   */
  private addRole({ settings, data }: Installation): { readonly role: Role; readonly logGroup: LogGroup } {
    const logGroup = new LogGroup(this, 'Logs', {
      retention: z.enum(RetentionDays).parse(settings.LOG_RETENTION_DAYS),
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
      ...(data.key !== undefined && { encryptionKey: data.key }),
    });
    setLogicalId(logGroup, `${this.name}FunctionLogs`);
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    return { role, logGroup };
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxEnvironmentBytes = 4096;

/** Maximum length of a name or ARN that is known only after the deployment. */
const tokenBytes = 150;

/** Space for the variables that subclasses add. */
const spareBytes = 64;

const requireRoom = (name: string, environment: Readonly<Record<string, string>>): void => {
  const sizes = Object.entries(environment).map(
    ([key, value]) => key.length + (Token.isUnresolved(value) ? tokenBytes : Buffer.byteLength(value)),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, spareBytes);
  if (bytes <= maxEnvironmentBytes) return;
  throw new Error(
    `The settings need ${bytes} bytes of environment variables for the function ${name}, but Lambda allows ` +
      `${maxEnvironmentBytes}. Shorten the longest of them: DYNAMIC_VARIABLES, GREETINGS, AGENT_IDS, ` +
      'GREETING_MUSIC_URL, GREETING_MESSAGE or DEFAULT_FIRST_MESSAGE.',
  );
};
