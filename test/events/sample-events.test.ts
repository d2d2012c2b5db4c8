import type * as z from 'zod';
import { rightsJob } from '../../lambdas/callers/rights-job';
import { postCallJob } from '../../lambdas/calls/post-call-job';
import { cloneJob } from '../../lambdas/voices/clone-job';
import { deletionJob } from '../../lambdas/voices/deletion-job';
import { voiceItem } from '../../lambdas/voices/voice';
import { type CloudAssembly, readCloudAssembly } from '../../local/stack/cloud-assembly';
import { synthesize } from '../../local/synth';
import { envFileOf } from '../../scripts/invoke/env-file';
import { functionIds } from '../../scripts/invoke/find-function';
import { openStage, type Stage } from '../../scripts/invoke/open-stage';
import { renewEvent } from '../../scripts/invoke/renew-event';
import { localSecrets } from '../../scripts/invoke/secret-values';
import { eventFiles, eventRows, inShort, readEvent } from './event-table';
import { localDefaults } from './local-defaults';

const rows = eventRows();
const log: string[] = [];
let assembly: CloudAssembly;
let stage: Stage;

beforeAll(async () => {
  const { assemblyDir } = await synthesize(new AbortController().signal);
  assembly = await readCloudAssembly(assemblyDir);
  stage = await openStage({
    assemblyDir,
    settings: localDefaults,
    environment: {},
    onLog: (_id, line) => log.push(line),
  });
});
afterAll(() => stage.close());

const loggedEvents = (): unknown[] =>
  log.filter((line) => line.startsWith('{')).map((line) => (JSON.parse(line) as { event?: unknown }).event);

describe('the table of sample events in docs/INVOKE.md', () => {
  it('given the template, when compared, then it has an event for each function, and no other function', () => {
    expect([...new Set(rows.map(({ functionId }) => functionId))].sort()).toEqual(
      functionIds(assembly.template).sort(),
    );
  });

  it('given the files, when compared, then it names each once, and no other', () => {
    expect(rows.map(({ file }) => file).sort()).toEqual(eventFiles().sort());
  });

  it('given the routes of the API, when compared, then each has an event of its function, and no other route has', () => {
    const routes = stage.deployed.api.routes.map(({ method, path, functionId }) => `${functionId} ${method} ${path}`);
    const events = rows
      .map(({ functionId, file }) => ({ functionId, event: readEvent(file) }))
      .filter(({ event }) => 'httpMethod' in event)
      .map(({ functionId, event }) => `${functionId} ${String(event['httpMethod'])} ${String(event['path'])}`);

    expect([...new Set(events)].sort()).toEqual(routes.sort());
  });

  it.each(rows)('given $file, when $functionId runs it, then it answers as documented', async (row) => {
    log.length = 0;

    const result = await stage.invoke(row.functionId, renewEvent(readEvent(row.file), stage.secrets, new Date()));

    expect({ answer: inShort(result), logged: loggedEvents() }).toEqual({
      answer: row.answer,
      logged: expect.arrayContaining([row.logged]) as unknown,
    });
  });
});

type AttributeMap = Record<string, { S: string; N: string }>;

/** The values that tell the kinds of a job apart. */
const kindsOf = (job: typeof cloneJob | typeof deletionJob | typeof postCallJob, by: string): unknown[] =>
  job.options.flatMap(({ shape }) => [...((shape as Record<string, z.ZodType>)[by]!._zod.values ?? [])]);

const jobsFor = (functionId: string): Record<string, unknown>[] =>
  rows
    .filter((row) => row.functionId === functionId)
    .flatMap(({ file }) => readEvent(file)['Records'] as { body: string }[])
    .map(({ body }) => JSON.parse(body) as Record<string, unknown>);

describe('the sample events of workers', () => {
  it.each([
    ['VoiceDeletionFunction', deletionJob, 'reason'],
    ['CloneWorkerFunction', cloneJob, 'kind'],
    ['PostCallWorkerFunction', postCallJob, 'kind'],
  ] as const)('given %s, when its jobs are read, then there is one valid of each kind', (functionId, job, by) => {
    const jobs = jobsFor(functionId);

    expect(jobs.map((each) => job.parse(each))).toEqual(jobs);
    expect(jobs.map((each) => each[by]).sort()).toEqual(kindsOf(job, by).sort());
  });

  it('given an erasure and an export, when their jobs are read, then they are valid', () => {
    expect(jobsFor('ErasureFunction').map((each) => rightsJob.parse(each))).toHaveLength(2);
  });

  it('given the expired voice, when read, then the filter of the stream lets it through', () => {
    const [record] = readEvent('voice-expiry.json')['Records'] as { dynamodb: { OldImage: AttributeMap } }[];
    const { pk, kind, voice_id, state, expires_at } = record!.dynamodb.OldImage;

    expect(record).toMatchObject({ userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } });
    expect({ pk: pk!.S, kind: kind!.S }).toEqual({ pk: `VOICE#${voice_id!.S}`, kind: 'voice' });
    const expired = voiceItem.parse({ voice_id: voice_id!.S, state: state!.S, expires_at: Number(expires_at!.N) });
    expect(expired).toMatchObject({ state: 'live' });
  });
});

describe('the secrets of the template', () => {
  it('given the local settings, when compared, then each secret of the template has a value there, and no other', () => {
    expect(Object.keys(localSecrets(localDefaults)).sort()).toEqual(Object.keys(stage.deployed.secrets).sort());
  });
});

describe('events/env.local.json', () => {
  const withoutPorts = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value).replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:0'));

  it('given the template, when compared, then "npm run invoke -- --write-env events/env.local.json" makes it, whatever the ports', () => {
    expect(withoutPorts(readEvent('env.local.json'))).toEqual(withoutPorts(envFileOf(stage, assembly.template)));
  });
});
