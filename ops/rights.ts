import { randomBytes } from 'node:crypto';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { type LoggedRight, loggedRight, rightsLogPrefix } from '../lambdas/callers/logged-right';
import { type RepeatJob, repeatJob } from '../lambdas/callers/rights-job';
import { type Installation, required } from './installation';
import { listObjects, readObject } from './objects';

/** Reads the logged erasures and withdrawals since the given time (unix milliseconds), oldest first. */
export const loggedRights = async (installation: Installation, sinceMs: number): Promise<readonly LoggedRight[]> => {
  const firstDay = new Date(sinceMs).toISOString().slice(0, 10);
  const found: LoggedRight[] = [];
  for (const { key } of await listObjects(installation, rightsLogPrefix)) {
    if (key.slice(rightsLogPrefix.length) < firstDay) continue;
    const bytes = await readObject(installation, key);
    if (bytes !== undefined) found.push(loggedRight.parse(JSON.parse(bytes.toString('utf8'))));
  }
  return found.filter(({ at }) => at * 1000 >= sinceMs).sort((a, b) => a.at - b.at);
};

/** Queues these erasures and withdrawals again, with their original times. */
export const repeatRights = async (installation: Installation, rights: readonly LoggedRight[]): Promise<void> => {
  const QueueUrl = required(installation.queues, 'ErasuresQueue', installation);
  for (const repeat of rights) {
    const job: RepeatJob = { repeat, erasure_id: randomBytes(16).toString('hex') };
    const MessageBody = JSON.stringify(repeatJob.parse(job));
    await installation.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
  }
};
