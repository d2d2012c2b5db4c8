import { randomBytes } from 'node:crypto';
import { clockAheadMs } from '../../ops/shift-clock.cjs';
import { localAccountId } from '../aws/account-id';
import type { DeployedFunction } from '../stack/deployed-stack';

/** Settings that all functions of the stack share. */
export interface FunctionSettings {
  /** The endpoint of the AWS emulators, which the functions receive as AWS_ENDPOINT_URL. */
  readonly awsUrl: string;
  readonly region: string;
  /** The `host:port` to which traces are sent. @default nowhere */
  readonly traceDaemon?: string | undefined;
}

const logStreamName = (now: Date): string =>
  `${now.toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${randomBytes(16).toString('hex')}`;

/**
 * Builds the environment of a new instance: the function's variables and the platform's, which take precedence, and
 * nothing from the developer's machine. https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export const functionEnvironment = (
  fn: DeployedFunction,
  settings: FunctionSettings,
  runtimeApi: string,
): Record<string, string> => ({
  ...fn.environment,
  AWS_LAMBDA_FUNCTION_NAME: fn.id,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.id}`,
  AWS_LAMBDA_LOG_STREAM_NAME: logStreamName(new Date()),
  AWS_LAMBDA_RUNTIME_API: runtimeApi,
  AWS_REGION: settings.region,
  AWS_DEFAULT_REGION: settings.region,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  AWS_ENDPOINT_URL: settings.awsUrl,
  ...(settings.traceDaemon !== undefined && { AWS_XRAY_DAEMON_ADDRESS: settings.traceDaemon }),
  ...(clockAheadMs() !== 0 && { LOCAL_CLOCK_AHEAD_MS: String(clockAheadMs()) }),
  LAMBDA_TASK_ROOT: fn.codeDir,
  _HANDLER: fn.handler,
  PATH: '/usr/local/bin:/usr/bin:/bin',
  TZ: ':UTC',
});

/** Returns the ARN of a function of the local stack. */
export const functionArn = (functionId: string, region: string): string =>
  `arn:aws:lambda:${region}:${localAccountId}:function:${functionId}`;
