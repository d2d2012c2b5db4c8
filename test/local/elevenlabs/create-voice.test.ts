import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ElevenLabsSimulator } from '../../../local/elevenlabs/elevenlabs-simulator';
import { expectViolations } from '../../support/elevenlabs';
import { ask, startSimulator, voiceForm, wav } from './simulator-client';

const maxFileBytes = 11 * 1024 * 1024;
let simulator: ElevenLabsSimulator;

beforeEach(async () => {
  simulator = await startSimulator();
});
afterEach(() => simulator.close());

const add = (form: FormData) => ask(simulator, 'POST', '/v1/voices/add', form);
const ownVoices = () => simulator.state.voices.filter(({ category }) => category === 'cloned');
const bytes = (...values: number[]) => new Uint8Array([...values, ...new Array<number>(16).fill(0)]);
const text = (value: string) => new Uint8Array(Buffer.from(value.padEnd(32)));

describe('POST /v1/voices/add', () => {
  it('given a full form, when sent, then the voice is kept with the digest of each file', async () => {
    const files = [wav('one'), wav('two')];
    const labels = { source: 'call', language: 'en' };
    const fields = { name: 'Ann_Clone', description: 'Instant clone', labels: JSON.stringify(labels) };

    const { status, json } = await add(voiceForm({ ...fields, remove_background_noise: 'true' }, ...files));

    expect(status).toBe(200);
    expect(json).toEqual({ voice_id: expect.stringMatching(/^[A-Za-z0-9]{20}$/), requires_verification: false });
    expect(ownVoices()).toMatchObject([
      { voiceId: json.voice_id, name: 'Ann_Clone', description: 'Instant clone', labels, removeBackgroundNoise: true },
    ]);
    expect(ownVoices()[0]?.samples.map(({ sha256 }) => sha256)).toEqual(
      files.map((file) => createHash('sha256').update(file).digest('hex')),
    );
    expect(simulator.state.requests.at(-1)).toMatchObject({ operation: 'createVoice', id: json.voice_id, status: 200 });
  });

  it.each(['caller.wav', 'caller.mp3', 'caller.ogg'])(
    'given the sample %s, when sent, then it is taken',
    async (name) => {
      const file = new Uint8Array(readFileSync(path.join(__dirname, '../../../events/samples', name)));

      const { status } = await add(voiceForm({ name }, file));

      expect(status).toBe(200);
      expect(ownVoices()[0]?.samples[0]?.sizeBytes).toBe(file.length);
    },
  );

  it.each([
    ['WAV', text('RIFF    WAVE')],
    ['MP3 with ID3', text('ID3')],
    ['bare MP3', bytes(0xff, 0xfb)],
    ['OGG', text('OggS')],
    ['FLAC', text('fLaC')],
    ['M4A', text('    ftypM4A ')],
    ['WebM', bytes(0x1a, 0x45, 0xdf, 0xa3)],
    ['a WAV of exactly 11 MB', wav('', maxFileBytes)],
  ])('given %s, when sent, then it is taken', async (_format, file) => {
    const { status } = await add(voiceForm({ name: 'Voice' }, file));

    expect(status).toBe(200);
  });

  it.each([
    ['no name', voiceForm({}, wav('a')), ['body', 'name']],
    ['an empty name', voiceForm({ name: '' }, wav('a')), ['body', 'name']],
    ['no file', voiceForm({ name: 'Voice' }), ['body', 'files']],
    ['an unknown text field', voiceForm({ name: 'Voice', voice: 'x' }, wav('a')), ['body', 'voice']],
    ['files as text', voiceForm({ name: 'Voice', files: 'x' }, wav('a')), ['body', 'files', 0]],
    ['labels that are no JSON', voiceForm({ name: 'Voice', labels: 'call' }, wav('a')), ['body', 'labels']],
    ['nested labels', voiceForm({ name: 'Voice', labels: '{"a":{"b":"c"}}' }, wav('a')), ['body', 'labels']],
    ['labels in an array', voiceForm({ name: 'Voice', labels: '["a"]' }, wav('a')), ['body', 'labels']],
    [
      'a flag that is none',
      voiceForm({ name: 'Voice', remove_background_noise: 'maybe' }, wav('a')),
      ['body', 'remove_background_noise'],
    ],
  ])('given %s, when sent, then 422 names the field', async (_given, form, loc) => {
    const { status, json } = await add(form);

    expect(status).toBe(422);
    expectViolations(simulator, `: ${loc.join('.')}: `);
    expect(json.detail).toEqual([{ loc, msg: expect.any(String), type: expect.any(String) }]);
    expect(ownVoices()).toEqual([]);
  });

  it.each(['files[]', 'file', 'audio'])('given a file in the field %s, when sent, then 422 names it', async (field) => {
    const form = voiceForm({ name: 'Voice' }, wav('a'));
    form.append(field, new Blob([wav('b')]), 'b.wav');

    const { status, json } = await add(form);

    expect(status).toBe(422);
    expectViolations(simulator, /Not a documented field/);
    expect(json.detail[0].loc).toEqual(['body', field]);
  });

  it('given a name twice, when sent, then 422 names it', async () => {
    const form = voiceForm({ name: 'Voice' }, wav('a'));
    form.append('name', 'Other');

    const { status, json } = await add(form);

    expect(status).toBe(422);
    expectViolations(simulator, /body\.name/);
    expect(json.detail[0].loc).toEqual(['body', 'name']);
  });

  it.each([
    ['JSON', 'application/json', '{"name":"Voice"}'],
    ['a form without a boundary', 'multipart/form-data', 'x'],
    ['a cut form', 'multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nVo'],
    [
      'a form cut in a file',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="files"; filename="a.wav"\r\n\r\nRIFF',
    ],
  ])('given %s, when sent, then 422', async (_given, contentType, body) => {
    const headers = { 'xi-api-key': 'sk_of_the_tests', 'content-type': contentType };

    const response = await fetch(`${simulator.url}/v1/voices/add`, { method: 'POST', headers, body });

    expect(response.status).toBe(422);
    expectViolations(simulator, /add: body: /);
    expect(await response.json()).toMatchObject({ detail: [{ loc: ['body'] }] });
  });

  it.each([
    ['the same file twice', [wav('a'), wav('a')], 'duplicated_files'],
    ['a file over 11 MB', [wav('a', maxFileBytes + 1)], 'upload_file_size_exceeded'],
    ['HTML', [text('<html></html>')], 'invalid_audio'],
    ['RIFF that is no WAVE', [text('RIFF    AVI ')], 'invalid_audio'],
    ['an empty file', [new Uint8Array()], 'invalid_audio'],
    ['audio and then text', [wav('a'), text('hello')], 'invalid_audio'],
  ])('given %s, when sent, then 400 %s', async (_given, files, code) => {
    const { status, json } = await add(voiceForm({ name: 'Voice' }, ...files));

    expect(status).toBe(400);
    expect(json.detail).toMatchObject({ code, status: code, param: 'files' });
    expect(ownVoices()).toEqual([]);
    expect(simulator.state.voiceAddEditCounter).toBe(0);
  });
});

describe('slots and monthly quota', () => {
  const addNamed = (name: string) => add(voiceForm({ name }, wav(name)));

  it('given all slots used, when a voice is deleted, then its slot is free again', async () => {
    simulator.changeSettings({ voiceLimit: 1 });
    const first = await addNamed('a');

    const full = await addNamed('b');
    await ask(simulator, 'DELETE', `/v1/voices/${first.json.voice_id}`);
    const freed = await addNamed('c');

    expect(full.status).toBe(400);
    expect(full.json.detail.code).toBe('voice_limit_reached');
    expect(full.json.detail.message).toContain('maximum amount of custom voices (1 / 1)');
    expect(freed.status).toBe(200);
  });

  it('given the quota used, when a voice is deleted, then nothing comes back', async () => {
    simulator.changeSettings({ maxVoiceAddEdits: 1 });
    const first = await addNamed('a');

    await ask(simulator, 'DELETE', `/v1/voices/${first.json.voice_id}`);
    const refused = await addNamed('b');

    expect(refused.status).toBe(400);
    expect(refused.json.detail.code).toBe('voice_add_edit_limit_reached');
  });

  it('given two adds and one deletion, when the subscription is read, then it counts both', async () => {
    const first = await addNamed('a');
    await addNamed('b');
    await ask(simulator, 'DELETE', `/v1/voices/${first.json.voice_id}`);

    const { json } = await ask(simulator, 'GET', '/v1/user/subscription');

    expect(json).toMatchObject({
      tier: 'creator',
      voice_slots_used: 1,
      voice_limit: 30,
      voice_add_edit_counter: 2,
      max_voice_add_edits: 95,
      can_use_instant_voice_cloning: true,
      can_extend_voice_limit: false,
    });
    expect(json.next_character_count_reset_unix * 1000).toBeGreaterThan(Date.now());
  });
});
