import { join } from 'node:path';
import { type Duration, Stack, Token } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, CfnFunction, Code, Function, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import * as z from 'zod';
import { bundleOf } from '../bundles';
import type { Settings } from '../settings';

const functions = join(__dirname, '..', '..', 'lambdas', 'functions');

/** What differs between one function and the next. */
export interface BundledFunctionProps {
  /** Folder under lambdas/functions/ that holds the function's handler.ts. */
  readonly folder: string;
  /** One sentence on what the function does, for whoever finds it in the console. */
  readonly description: string;
  readonly timeout: Duration;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly settings: Settings;
}

/** One of our functions: its own minified bundle, its own role, its own log group with an end to what it keeps. */
export class BundledFunction extends Construct {
  readonly function: Function;
  /** Its logical id without `Function`; alarms and people call it so. */
  readonly name: string;
  /** Folder under lambdas/functions/ that holds its handler.ts. */
  readonly folder: string;

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    super(scope, id);
    this.name = scope.node.id;
    this.folder = props.folder;
    const logGroup = new LogGroup(this, 'Logs', {
      retention: z.enum(RetentionDays).parse(props.settings.LOG_RETENTION_DAYS),
    });
    // AWS' own basic policy would let it write to every log group of the account.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    const environment = {
      LOG_LEVEL: props.settings.LOG_LEVEL,
      POWERTOOLS_METRICS_NAMESPACE: Stack.of(this).stackName,
      ...props.environment,
    };
    requireRoom(this.name, environment);
    // Where nothing is to be deployed, as in tests of the template, nothing is bundled either.
    const code = Stack.of(this).bundlingRequired ? bundleOf(props.folder) : join(functions, props.folder);
    this.function = new Function(this, 'Function', {
      code: Code.fromAsset(code),
      handler: 'index.handler',
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      timeout: props.timeout,
      memorySize: props.memoryMb,
      tracing: Tracing.ACTIVE,
      logGroup,
      role,
      environment,
    });
    const resource = this.function.node.defaultChild;
    // A logical id without a hash: people and scripts name the function by it, and it stays when constructs move.
    if (resource instanceof CfnFunction) resource.overrideLogicalId(`${this.name}Function`);
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxEnvironmentBytes = 4096;

/** What a name or an ARN takes that is known only when it is deployed, at most. */
const tokenBytes = 150;

const requireRoom = (name: string, environment: Readonly<Record<string, string>>): void => {
  const sizes = Object.entries(environment).map(
    ([key, value]) => key.length + (Token.isUnresolved(value) ? tokenBytes : Buffer.byteLength(value)),
  );
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  if (bytes <= maxEnvironmentBytes) return;
  throw new Error(
    `The settings make ${bytes} bytes of variables for the function ${name}; Lambda takes ${maxEnvironmentBytes}. Shorten the longest: DYNAMIC_VARIABLES, AGENT_IDS, GREETING_MUSIC_URL, GREETING_MESSAGE or DEFAULT_FIRST_MESSAGE.`,
  );
};
