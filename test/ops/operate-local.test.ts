import { run } from '../../cli/run';
import { until } from '../support/eventually';
import { type RunningStack, startStack } from '../support/running-stack';
import { operated } from './operated';

let running: RunningStack;

const precall = async (...args: string[]) => {
  const [out, notes]: [string[], string[]] = [[], []];
  const exitCode = await run([...args, '--port', new URL(running.stack.url).port], {
    env: {},
    print: (line) => void out.push(line),
    note: (line) => void notes.push(line),
    redraw: undefined,
  });
  return { exitCode, out, notes, text: out.join('\n') };
};

const call = (id: string, agent = 'agent_1', ...flags: string[]) =>
  precall('trigger', 'precall', '--conversation-id', id, '--agent-id', agent, ...flags);

beforeAll(async () => {
  running = await startStack({}, operated);
});
afterAll(() => running.close());

describe('precall on the local stack', () => {
  it('given a call, when it is ended, then status, calls, voices and agents show it before and after', async () => {
    expect(await call('conv_ordinary')).toMatchObject({ exitCode: 0 });

    expect((await precall('calls')).text).toMatch(/conv_ordinary +agent_1 +under way/);
    const [voice] = JSON.parse((await precall('voices', '--json')).text) as { voice_id: string; state: string }[];
    expect(voice).toMatchObject({ state: 'live', users: { conv_ordinary: 'agent_1' } });
    expect((await precall('agents')).text).toMatch(/agent_1 +conv_ordinary +ownVoice1/);
    expect(await precall('agents', 'restore', 'agent_1')).toMatchObject({
      exitCode: 1,
      notes: [expect.stringContaining('precall end conv_ordinary')],
    });

    const ended = await precall('end', 'conv_ordinary');

    expect(ended).toMatchObject({ exitCode: 0 });
    expect(ended.text).toContain('Nothing: all work on this call is done.');
    expect((await precall('voices', 'show', voice!.voice_id)).text).toContain('deleted');
    expect((await precall('agents')).text).toMatch(/agent_1 +itself +ownVoice1/);
    expect(await precall('end', 'conv_ordinary')).toMatchObject({
      exitCode: 1,
      notes: [expect.stringContaining('ended at')],
    });
    expect((await precall('status')).text).toMatch(/health {5}ok/);
  });

  it('given a call that another takes over, when its story is told, then both say who has the agent', async () => {
    await call('conv_earlier', 'agent_2');
    await call('conv_later', 'agent_2');

    const earlier = (await precall('call', 'conv_earlier')).text;
    const later = (await precall('call', 'conv_later')).text;

    expect(earlier).toContain('Conversation conv_later takes the agent over');
    expect(earlier).toContain('agent agent_2: should have the voice of conversation conv_later');
    expect(later).toContain('This call takes the agent over from conversation conv_earlier');
    expect(earlier).toContain('The end of the call. If it is never reported');
    await Promise.all([precall('end', 'conv_later'), precall('end', 'conv_earlier')]);
  });

  it('given calls that are known by several ids or none, then calls lists each once, from its start to after its end', async () => {
    const rowsOf = async (...ids: string[]) =>
      (await precall('calls')).out.filter((line) => ids.some((id) => line.includes(id)));
    const starts = (id: string, number: string) =>
      precall('trigger', 'initiation', '--conversation-id', id, '--agent-id', 'agent_6', '--number', number);
    const ends = (id: string) =>
      precall('trigger', 'transcription', '--conversation-id', id, '--agent-id', 'agent_6', '--number', '+31600000001');

    await call('conv_prepared', 'agent_6', '--number', '+31600000007');
    await starts('conv_of_prepared', '+31600000007');
    await starts('conv_of_stranger', '+31600000008');

    expect(await rowsOf('conv_prepared')).toEqual([
      expect.stringMatching(/ conv_prepared \(conv_of_prepared\) +agent_6 +under way$/),
    ]);
    expect(await rowsOf('conv_of_stranger')).toEqual([expect.stringMatching(/conv_of_stranger +agent_6 +under way$/)]);
    expect((await precall('call', 'conv_of_prepared')).text).toContain('the call took the voice of its pre-call');
    expect((await precall('call', 'conv_of_stranger')).text).toContain('The end of the call, unless it was reported');

    await Promise.all([ends('conv_of_prepared'), ends('conv_of_stranger'), precall('trigger', 'flat')]);
    const completed = / +agent_\w+ +completed$/;
    await until(async () => (await rowsOf('conv_of_prepared', 'conv_of_stranger')).every((row) => completed.test(row)));
    expect(await rowsOf('conv_prepared', 'conv_of_prepared')).toHaveLength(1);
    expect(await rowsOf('conv_of_stranger')).toHaveLength(1);
    expect((await precall('call', 'conv_prepared')).text).toContain('record: completed');
    await until(async () => (await precall('calls')).out.some((line) => / [0-9a-f]{64} .*completed$/.test(line)));
  });

  it('given a call that is refused, then calls --failed lists it and its story says why', async () => {
    running.elevenLabs.addFault({
      operation: 'createVoice',
      action: { kind: 'error', status: 400, code: 'voice_limit_reached' },
    });

    await call('conv_refused', 'agent_3');

    const { text } = await precall('call', 'conv_refused');
    expect(text).toMatch(/The clone failed/);
    expect((await precall('calls', '--failed')).text).toContain('conv_refused');
  });

  it.each(['transcription', 'audio', 'failure', 'failure-sip', 'flat', 'initiation', 'setup-check', 'unknown'])(
    'given the kind %s, when triggered, then it is accepted; with a wrong signature it is refused',
    async (kind) => {
      expect(await precall('trigger', kind)).toMatchObject({ exitCode: 0 });
      expect(await precall('trigger', kind, '--invalid')).toMatchObject({ exitCode: 0 });
    },
  );

  it('given a voice in use, when it is deleted without a terminal, then --yes is asked for, and with it the call ends', async () => {
    await call('conv_wrong_voice', 'agent_4');
    const voices = JSON.parse((await precall('voices', '--json')).text) as { voice_id: string; users: object }[];
    const voiceId = voices.find(({ users }) => 'conv_wrong_voice' in users)!.voice_id;

    expect(await precall('voices', 'delete', voiceId)).toMatchObject({ exitCode: 2 });
    expect(await precall('voices', 'delete', voiceId, '--yes')).toMatchObject({ exitCode: 0 });

    await until(async () => (await precall('voices', 'show', voiceId)).text.includes('deleted'));
    expect((await precall('agents', 'show', 'agent_4')).text).toContain('its own voice');
  });

  it.each([
    ['call', 'nobody', /Nothing is known of nobody/],
    ['end', 'nobody', /knows no conversation nobody/],
    ['voices show', 'nobody', /has no voice nobody/],
    ['agents show', 'nobody', /named an agent nobody/],
  ])('given %s of an unknown id, then a sentence says so and the exit code is 1', async (command, id, sentence) => {
    expect(await precall(...command.split(' '), id)).toMatchObject({
      exitCode: 1,
      out: [],
      notes: [expect.stringMatching(sentence)],
    });
  });

  it('given names of callers, then they are shown with --personal alone', async () => {
    await call('conv_personal', 'agent_5');

    const hidden = await Promise.all([precall('call', 'conv_personal', '--json'), precall('agents', '--json')]);
    expect(hidden.map(({ text }) => text).join()).not.toContain('Ivan');
    expect((await precall('call', 'conv_personal', '--personal')).text).toContain('Caller: Ivan');
    await precall('end', 'conv_personal');
  });
});
