import { strFromU8, unzipSync } from 'fflate';
import { archiveKey, beginExport, cancelExport, type ExportJob, holdExport } from '../../lambdas/callers/export/export';
import { exportCaller } from '../../lambdas/callers/export/export-caller';
import { readExport } from '../../lambdas/callers/export/read-export';
import { requestExport } from '../../lambdas/callers/export/request-export';
import { deadlineAt } from '../../lambdas/platform/deadline';
import { erasing } from '../support/lifecycle/erasing';
import { type LifecycleRig, startLifecycleRig } from '../support/lifecycle/rig';

let rig: LifecycleRig;
let jobs: ExportJob[];

beforeAll(async () => {
  rig = await startLifecycleRig();
});
beforeEach(async () => {
  await rig.reset();
  jobs = [];
});
afterAll(() => rig.close());

const number = '+31612345678';
const nowS = () => Math.floor(rig.nowMs() / 1000);
const bodyOf = (fields: object) => Buffer.from(JSON.stringify(fields));
const request = (phone_number = number) =>
  requestExport(bodyOf({ type: 'caller_export', phone_number }), {
    ...rig.deps,
    jobs: { enqueue: (job) => Promise.resolve(void jobs.push(job)) },
    callerHashes: async (named: string) => (await rig.deps.callerKeys([named])).all,
    country: undefined,
  });
const work = async (job: ExportJob, { leftMs = 60_000, deps = {} }: { leftMs?: number; deps?: object } = {}) =>
  exportCaller(
    job,
    deadlineAt(rig.nowMs() + leftMs, () => rig.nowMs()),
    { ...rig.deps, elevenLabs: rig.deps.elevenLabs, archives: rig.deps.archive, ...deps },
  );
const links = { make: (key: string) => Promise.resolve(`link to ${key}`) };
const statusOf = async (export_id: string) =>
  (await readExport(bodyOf({ type: 'export_status', export_id }), { ...rig.deps, links })).export;
const archiveOf = async (id: string) => {
  const open = await rig.deps.archive.open(archiveKey(id));
  return open === undefined ? undefined : unzipSync(new Uint8Array(await open.read()));
};
const preCall = async (conversationId: string) => {
  await rig.preCall({ conversationId, agentId: 'agent_1', phoneNumber: number, sample: 'spoken' });
  rig.elevenLabs.addConversation({ conversationId, agentId: 'agent_1', status: 'done' });
};

describe('the export of a caller', () => {
  it('given a call under way, then the archive has its items, its sample and the conversation at ElevenLabs', async () => {
    await preCall('conv_1');
    const { export_id: id } = await request();
    expect(await statusOf(id)).toMatchObject({ state: 'running', finished_at: null, reason: null, download: null });

    await work(jobs[0]!);

    const status = await statusOf(id);
    const files = (await archiveOf(id))!;
    expect(status).toMatchObject({ state: 'ready', download: { url: `link to ${archiveKey(id)}` } });
    expect(Object.keys(files)).toHaveLength(status.download!.files);
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining([
        'ledger/caller.jsonl',
        'ledger/conversation.jsonl',
        'ledger/voice.jsonl',
        'elevenlabs/conversations/conv_1.json',
        expect.stringMatching(/^objects\/samples\/conv_1\//) as string,
      ]),
    );
    expect(JSON.parse(strFromU8(files['manifest.json']!))).toMatchObject({
      export_id: id,
      voices_at_elevenlabs: rig.clones(),
      not_readable_at_elevenlabs: [],
    });
    await work(jobs[0]!);
    expect(await statusOf(id)).toEqual(status);
  });

  it('given a conversation that the key may not read, then the manifest names it', async () => {
    await preCall('conv_1');
    const error = { kind: 'error', status: 403, code: 'insufficient_permissions' } as const;
    rig.elevenLabs.addFault({ operation: 'getConversation', times: null, action: error });
    const { export_id: id } = await request();

    await work(jobs[0]!);

    const manifest = strFromU8((await archiveOf(id))!['manifest.json']!);
    expect(JSON.parse(manifest)).toMatchObject({ not_readable_at_elevenlabs: ['conv_1'], files: { elevenlabs: 0 } });
  });

  it('given an ElevenLabs that fails for now, then no archive stays, and the next attempt writes it', async () => {
    await preCall('conv_1');
    const error = { kind: 'error', status: 503, code: 'x' } as const;
    rig.elevenLabs.addFault({ operation: 'getConversation', times: null, action: error });
    const { export_id: id } = await request();
    await expect(work(jobs[0]!)).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await archiveOf(id)).toBeUndefined();
    rig.elevenLabs.clearFaults();

    await work(jobs[0]!);

    expect(await statusOf(id)).toMatchObject({ state: 'ready' });
  });

  it('given too little time for the archive, then it fails for good, and says why', async () => {
    const { export_id: id } = await request();

    await work(jobs[0]!, { leftMs: 9_000 });

    expect(await statusOf(id)).toMatchObject({ state: 'failed', reason: 'too_large', download: null });
    expect(await archiveOf(id)).toBeUndefined();
  });

  it('given an erasure while the archive is written, then none is left', async () => {
    await preCall('conv_1');
    const { export_id: id } = await request();
    const archives = {
      ...rig.deps.archive,
      putStream: async (...args: Parameters<typeof rig.deps.archive.putStream>) => {
        await rig.deps.exports.write(id, cancelExport);
        rig.advance(3);
        return rig.deps.archive.putStream(...args);
      },
    };

    await work(jobs[0]!, { deps: { archives } });

    expect(await archiveOf(id)).toBeUndefined();
    await expect(statusOf(id)).rejects.toMatchObject({ code: 'EXPORT_NOT_FOUND' });
  });

  it('given another worker that holds it, then the job comes back', async () => {
    const { export_id: id } = await request();
    await rig.deps.exports.write(id, holdExport(rig.nowMs() + 60_000, rig.nowMs()));

    await expect(work(jobs[0]!)).rejects.toMatchObject({ blockedBy: 'lease' });
  });

  it('given a job whose export was never stored, then it waits five minutes for it and is dropped', async () => {
    const job = { export_id: '0'.repeat(32), requested_at: nowS() };
    await expect(work(job)).rejects.toMatchObject({ blockedBy: 'export' });
    await rig.deps.archive.put(archiveKey(job.export_id), 'half', 'application/zip');
    rig.advance(301);

    await work(job);

    expect(await archiveOf(job.export_id)).toBeUndefined();
  });

  it('given a link that would outlive the archive, then it ends with it; an expired archive is not found', async () => {
    const { export_id: id } = await request();
    await work(jobs[0]!);
    const { archive_expires_at = 0 } = (await statusOf(id)).download ?? {};
    rig.advance(archive_expires_at - nowS() - 60);
    expect((await statusOf(id)).download).toMatchObject({ url_expires_at: archive_expires_at });
    rig.advance(61);
    await expect(statusOf(id)).rejects.toMatchObject({ code: 'EXPORT_NOT_FOUND' });
  });

  it('given an erasure that runs, then none begins', async () => {
    await erasing(rig).request(number);
    await expect(request()).rejects.toMatchObject({ code: 'ERASURE_RUNNING', status: 409 });
    expect(jobs).toEqual([]);
  });

  it.each([
    ['a number that is none', () => request('nobody'), 'INVALID_PAYLOAD'],
    ['an id that nobody gave', () => statusOf('x'), 'INVALID_PAYLOAD'],
    ['an export that does not exist', () => statusOf('0'.repeat(32)), 'EXPORT_NOT_FOUND'],
  ])('given %s, then the answer says so', async (_what, send, code) => {
    await expect(send()).rejects.toMatchObject({ code });
  });

  it('given an export that exists, then it is begun only once', async () => {
    const { export_id: id } = await request();
    const again = { export_id: id, caller_hashes: [], requested_at: nowS(), expires_at: nowS() };
    expect(await rig.deps.exports.write(id, beginExport(again))).toBe(false);
  });
});
