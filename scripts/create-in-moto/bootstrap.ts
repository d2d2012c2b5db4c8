import { execFile } from 'node:child_process';
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { mapConcurrently } from '../../lambdas/platform/map-concurrently';
import type { AwsCli } from './aws-cli';

const run = promisify(execFile);

/** What `cdk bootstrap` makes in an account, as far as creating the stack needs it: the bucket of the assets, and the version. */
export const bootstrap = async (cli: AwsCli, bucket: string, region: string): Promise<void> => {
  const elsewhere = region === 'us-east-1' ? {} : { CreateBucketConfiguration: { LocationConstraint: region } };
  await cli.call('s3api', 'create-bucket', { Bucket: bucket, ...elsewhere });
  const version = { Name: '/cdk-bootstrap/hnb659fds/version', Value: '31', Type: 'String', Overwrite: true };
  await cli.call('ssm', 'put-parameter', version);
};

/**
 * Zips the directory of each asset into `directory`, under its object key, and gives the zips' sizes in bytes by key. The zips are made by
 * Python, which moto itself is written in: nothing that npm installs makes them.
 */
export const zipAssets = async (
  codeDirs: ReadonlyMap<string, string>,
  directory: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, number>> => {
  const sizes = await mapConcurrently([...codeDirs], 2, async ([key, codeDir]): Promise<[string, number]> => {
    const zip = join(directory, basename(key));
    const files = (await readdir(codeDir)).map((name) => join(codeDir, name));
    await run('python3', ['-m', 'zipfile', '-c', zip, ...files], { signal });
    return [key, (await stat(zip)).size];
  });
  return new Map(sizes);
};
