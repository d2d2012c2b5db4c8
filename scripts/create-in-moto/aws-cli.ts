import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where the stack is created. */
export interface Place {
  /** moto's address on this machine. */
  readonly endpoint: string;
  readonly region: string;
}

/** The AWS command line against one place. */
export interface AwsCli {
  /** Calls an operation with its input, `call('sqs', 'get-queue-attributes', {…})`, and gives the answer. Throws what the command said. */
  call(service: string, operation: string, input?: object): Promise<unknown>;
  /** Copies everything in a directory into a bucket. */
  upload(directory: string, bucket: string): Promise<void>;
}

/** The AWS command of the path, with dummy credentials and nothing of the user's own profiles. Input is checked against AWS' own models. */
export const awsCli = ({ endpoint, region }: Place, signal: AbortSignal): AwsCli => {
  const env = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    AWS_ACCESS_KEY_ID: 'moto',
    AWS_SECRET_ACCESS_KEY: 'moto',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    PYTHONUTF8: '1',
  };
  // An address in the environment is not enough: for SQS the command would take a queue's own address, which is AWS'.
  const aws = async (...args: string[]): Promise<string> => {
    const { stdout } = await run('aws', ['--endpoint-url', endpoint, '--output', 'json', ...args], {
      env,
      signal,
      maxBuffer: 64 * 1024 * 1024,
    }).catch((error: unknown) => {
      throw explained(error);
    });
    return stdout;
  };
  return {
    call: async (service, operation, input) => {
      const given = input === undefined ? [] : ['--cli-input-json', JSON.stringify(input)];
      const answer = await aws(service, operation, ...given);
      const parsed: unknown = answer.trim() === '' ? {} : JSON.parse(answer);
      return parsed;
    },
    upload: async (directory, bucket) => {
      await aws('s3', 'cp', '--recursive', '--quiet', directory, `s3://${bucket}`);
    },
  };
};

const explained = (error: unknown): unknown =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT'
    ? new Error('The command aws is not on the path: install it, for instance with "pip install awscli".', {
        cause: error,
      })
    : error;
