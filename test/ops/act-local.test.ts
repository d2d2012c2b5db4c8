import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { unzipSync } from 'fflate';
import { run } from '../../cli/run';
import { findLocal } from '../../ops/find-installation';
import { liveValues } from '../../ops/secrets';
import { until } from '../support/eventually';
import { type RunningStack, startNewStack } from '../support/running-stack';

let running: RunningStack;
const folder = mkdtempSync(join(tmpdir(), 'precall-act-'));
const wav = join(__dirname, '..', '..', 'events', 'samples', 'caller.wav');

const precall = async (...args: string[]) => {
  const [out, notes]: [string[], string[]] = [[], []];
  const exitCode = await run([...args, '--port', new URL(running.stack.url).port], {
    env: {},
    print: (line) => void out.push(line),
    note: (line) => void notes.push(line),
    redraw: undefined,
  });
  return { exitCode, text: out.join('\n'), notes: notes.join('\n') };
};

const installation = () => findLocal(Number(new URL(running.stack.url).port), false);
const health = () => precall('status', '--json');

beforeAll(async () => {
  const threeCx = { ELEVENLABS_AGENT_ID: 'agent_9', ELEVENLABS_PHONE_NUMBER_ID: 'phnum_1' };
  const erasures = { BACKUP_DAYS: '7', ERASURE_SETTLE_SECONDS: '1' };
  running = await startNewStack({}, { ...threeCx, ...erasures, ENABLE_AUDIO_STORAGE: 'true' });
});
afterAll(async () => {
  await running.close();
  rmSync(folder, { recursive: true });
});

describe('a pause', () => {
  it('given calls under way, when paused, then pre-calls get 503, other calls go on without clones, and ends are processed', async () => {
    await precall('caller', 'enrol', '+31612345678', '--sample', wav, '--name', 'Ada');
    await precall('trigger', 'precall', '--conversation-id', 'conv_before', '--agent-id', 'agent_1');

    expect(await precall('pause')).toMatchObject({ exitCode: 2 });
    expect(await precall('pause', '--yes')).toMatchObject({ exitCode: 0 });

    const clones = (): number => running.elevenLabs.state.voices.filter(({ category }) => category === 'cloned').length;
    const before = clones();
    const refused = await precall('trigger', 'precall', '--conversation-id', 'conv_paused', '--agent-id', 'agent_2');
    expect(refused).toMatchObject({ exitCode: 1 });
    expect(refused.text).toMatch(/PAUSED/);
    expect(refused.text).toMatch(/retry after +30 s/);
    const initiation = await precall('trigger', 'initiation', '--number', '+31612345678', '--agent-id', 'agent_9');
    expect(initiation).toMatchObject({ exitCode: 0 });
    expect(initiation.text).not.toContain('conversation_config_override');
    expect(await precall('trigger', 'threecx', '--number', '+31612345678')).toMatchObject({ exitCode: 0 });
    expect(await precall('end', 'conv_before')).toMatchObject({ exitCode: 0 });
    await until(() => clones() < before);
    expect((await precall('status')).text).toContain('It is paused since');

    expect(await precall('resume')).toMatchObject({ exitCode: 0 });

    await until(async () => {
      const again = await precall('trigger', 'precall', '--conversation-id', 'conv_after', '--agent-id', 'agent_2');
      return again.exitCode === 0;
    });
    await precall('end', 'conv_after');
  });
});

describe('the export of a caller', () => {
  it('given a caller, when exported, then the archive is in a file; of what is no number, it says why', async () => {
    const file = join(folder, 'ada.zip');

    const exported = await precall('caller', 'export', '+31612345678', '--out', file);

    expect(exported).toMatchObject({ exitCode: 0, text: expect.stringContaining(file) as unknown });
    expect(Object.keys(unzipSync(readFileSync(file)))).toEqual(expect.arrayContaining(['manifest.json']));
    const refused = await precall('caller', 'export', 'nobody');
    expect(refused).toMatchObject({ exitCode: 1, text: expect.stringContaining('INVALID_PAYLOAD') as unknown });
  });
});

describe('jobs that failed for good', () => {
  it('given one in a dead-letter queue, when shown and redriven, then it is worked on again', async () => {
    const { places, deployed } = running.stack;
    const credentials = { accessKeyId: 'x', secretAccessKey: 'x' };
    const sqs = new SQSClient({ endpoint: places.awsUrl, region: places.region, credentials });
    const QueueUrl = deployed.queues['VoiceDeletionsDeadLetters'];
    const job = { reason: 'conversation_ended', conversation_id: 'conv_parked' };
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(job) }));

    expect((await precall('parked')).text).toContain('conv_parked');
    expect(await health()).toMatchObject({ exitCode: 1 });
    expect((await precall('status')).text).toContain('1 job failed for good in VoiceDeletionsDeadLetters');
    const redriven = await precall('parked', 'redrive', 'VoiceDeletions');

    expect(redriven).toMatchObject({ exitCode: 0 });
    expect(redriven.text).toContain('1 job of VoiceDeletionsDeadLetters moved back');
    await until(async () => 'CONVERSATION#conv_parked' in (await running.ledger()));
    expect((await precall('parked')).text).toContain('0 jobs');
    expect(await precall('parked', 'redrive', 'Nothing')).toMatchObject({ exitCode: 1 });
    sqs.destroy();
  });
});

describe('secrets', () => {
  it('given a rotation, then both values are accepted until it is finished, and every step proves itself', async () => {
    const rotated = await precall('secret', 'rotate', 'ThreeCxWebhookSecret', '--value', 'new value');
    expect(rotated).toMatchObject({ exitCode: 0 });
    expect(rotated.text).toContain('Proof: a request with the new value was accepted.');
    const old = ['--secret', '3cx secret of the tests', '--url', running.stack.url];
    const isAccepted = async (...flags: string[]) => (await precall('trigger', 'threecx', ...flags)).exitCode === 0;
    expect(await isAccepted()).toBe(true);
    expect(await isAccepted(...old)).toBe(true);
    expect(await precall('secret', 'rotate', 'ThreeCxWebhookSecret', '--generate')).toMatchObject({ exitCode: 1 });

    expect(await precall('secret', 'rotate', 'ThreeCxWebhookSecret', '--finish', '--yes')).toMatchObject({
      exitCode: 0,
    });

    expect(await isAccepted()).toBe(true);
    expect(await precall('secret', 'set', 'Nothing', '--value', 'x', '--yes')).toMatchObject({ exitCode: 1 });
    expect(await precall('secret', 'set', 'InitiationSecret', '--value', 'a,b', '--yes')).toMatchObject({
      exitCode: 2,
    });
  });

  it('given rotations of the hash key, then every old key stays behind the new one, and none is shown or dropped', async () => {
    const keys = async () => (await liveValues(installation(), 'CallerHashKey')).length;
    const before = await keys();

    for (let rotations = 1; rotations <= 3; rotations += 1) {
      const rotated = await precall('secret', 'rotate', 'CallerHashKey', '--generate');
      expect(rotated).toMatchObject({ exitCode: 0 });
      expect(rotated.text).not.toMatch(/[0-9a-f]{48}/);
      expect(await keys()).toBe(before + rotations);
    }
    expect(await precall('secret', 'rotate', 'CallerHashKey', '--finish', '--yes')).toMatchObject({ exitCode: 1 });

    expect(await keys()).toBe(before + 3);
  });
});

describe('what is stored of a call', () => {
  it('given its end, then its transcript, records and events can be read, and its events sent again', async () => {
    await precall('trigger', 'transcription', '--conversation-id', 'conv_stored', '--agent-id', 'agent_3');
    await until(async () => (await precall('call', 'conv_stored')).text.includes('record: completed'));

    expect((await precall('transcript', 'conv_stored')).text).toContain('Agent:');
    expect(JSON.parse((await precall('transcript', 'conv_stored', '--json')).text)).toMatchObject({ status: 'done' });
    const exported = await precall('export', '--since', '2020-01-01', '--jsonl');
    expect(exported.text).toContain('"conversation_id":"conv_stored"');
    expect(exported.text).not.toContain('+316');
    expect((await precall('replay', 'conv_stored')).text).toContain('It was accepted.');
    expect(await precall('recording', 'conv_stored')).toMatchObject({ exitCode: 1 });
    expect(await precall('transcript', 'nobody')).toMatchObject({ exitCode: 1 });
    expect(await precall('replay', 'nobody')).toMatchObject({ exitCode: 1 });
  });

  it('given a recording, then it is stored in a file', async () => {
    await precall('trigger', 'audio', '--conversation-id', 'conv_recorded', '--agent-id', 'agent_3');
    const file = join(folder, 'call.mp3');

    await until(async () => (await precall('recording', 'conv_recorded', '--out', file)).exitCode === 0);

    expect(readFileSync(file).length).toBeGreaterThan(1000);
  });
});

describe('callers, reconcile and the log', () => {
  it('given a caller, then show tells ids only, and erase removes what there is', async () => {
    await precall('caller', 'enrol', '+31687654321', '--sample', wav, '--name', 'Grace');
    expect((await precall('caller', 'show', '+31 6 87654321')).text).not.toContain('Grace');
    expect((await precall('caller', 'show', '+31687654321', '--personal')).text).toContain('Grace');

    expect(await precall('caller', 'erase', '+31687654321')).toMatchObject({ exitCode: 2 });
    const erased = await precall('caller', 'erase', '+31687654321', '--yes');

    expect(erased).toMatchObject({ exitCode: 0 });
    const id = /"erasure_id":"([0-9a-f]{32})"/.exec(erased.text)![1]!;
    await until(async () => (await precall('caller', 'status', id)).text.includes('"done"'));
    expect((await precall('caller', 'status', id)).text).toContain('Backups of the table expire after 7 days.');
    const receipt = await precall('caller', 'status', '+31687654321');
    expect(receipt).toMatchObject({ exitCode: 0 });
    expect(receipt.text).toMatch(new RegExp(`Erasure ${id}\\n  requested at .*, done at`));
    expect(receipt.text).toContain('Backups of the table expire after 7 days.');
    expect(receipt.text).toMatch(/bucket {6}erased: 1 samples?\n +stays: 1 rights log\. It has the keyed hash/);
    expect(JSON.parse((await precall('caller', 'status', '+31687654321', '--json')).text)).toMatchObject({
      callers: [{ erased_at: expect.any(Number) }],
      erasure: { erasure_id: id, state: 'done', receipt: expect.any(Array) },
    });
    expect(await precall('caller', 'status', '+31600000009')).toMatchObject({ exitCode: 1 });
    expect(await precall('caller', 'show', '+31600000009')).toMatchObject({ exitCode: 1 });
    expect(await precall('caller', 'show', '0612')).toMatchObject({ exitCode: 1 });
  });

  it('given a caller without a number, then erase takes the conversations, and nothing else beside them', async () => {
    const ids = ['--conversations', 'conv_nobody_1, conv_nobody_2'];
    expect(await precall('caller', 'erase', '+31687654321', ...ids, '--yes')).toMatchObject({ exitCode: 2 });
    expect(await precall('caller', 'export', ...ids)).toMatchObject({ exitCode: 2 });
    expect(await precall('caller', 'erase', ...ids)).toMatchObject({ exitCode: 2 });

    const erased = await precall('caller', 'erase', ...ids, '--yes');

    expect(erased).toMatchObject({ exitCode: 0 });
    const id = /"erasure_id":"([0-9a-f]{32})"/.exec(erased.text)![1]!;
    await until(async () => (await precall('caller', 'status', id)).text.includes('"done"'));
  });

  it('given what happened, then reconcile runs, and tail tells failures alone when asked', async () => {
    expect(await precall('reconcile')).toMatchObject({ exitCode: 0 });

    const failed = await precall('tail', '--failed', '--since', '1h', '--once');

    expect(failed.text).toContain('It fails: PAUSED');
    expect(failed.text).not.toContain('The clone is made');
    expect((await precall('tail', '--since', '1h', '--once')).text).toContain('The clone is made');
  });
});
