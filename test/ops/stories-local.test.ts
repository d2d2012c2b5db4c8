import { join } from 'node:path';
import { run } from '../../cli/run';
import { allOverrides } from '../support/calls-stack';
import { until } from '../support/eventually';
import { type RunningStack, startStack } from '../support/running-stack';
import { post } from '../support/sender';
import { operated } from './operated';

let running: RunningStack;
const threeCxCall = '3cx-7781';
const wav = join(__dirname, '..', '..', 'events', 'samples', 'caller.wav');

const precall = async (...args: string[]) => {
  const out: string[] = [];
  const exitCode = await run([...args, '--port', new URL(running.stack.url).port], {
    env: {},
    print: (line) => void out.push(line),
    note: (line) => void out.push(line),
    redraw: undefined,
  });
  return { exitCode, text: out.join('\n') };
};

const preCall = (id: string, agent: string, ...flags: string[]) =>
  precall('trigger', 'precall', '--conversation-id', id, '--agent-id', agent, ...flags);

/** Waits until the story of a call says so. With STORIES=1 it is printed, so that a person can judge how it reads. */
const storyWith = async (id: string, ...sentences: (string | RegExp)[]): Promise<string> => {
  let story = '';
  await until(async () => {
    ({ text: story } = await precall('call', id));
    return sentences.every((said) => (typeof said === 'string' ? story.includes(said) : said.test(story)));
  });
  if (process.env['STORIES'] === '1') process.stdout.write(`\n===== ${expect.getState().currentTestName}\n${story}\n`);
  return story;
};

/** Ends a call as ElevenLabs does. */
const end = (id: string, agent: string) =>
  precall('trigger', 'transcription', '--conversation-id', id, '--agent-id', agent);

const done = 'Nothing: all work on this call is done.';
const recorded = 'record: completed';

/** A 3CX call whose agent call meets a busy line. It is placed once more after 20 s, while other calls are made. */
const callBusyLine = async (): Promise<void> => {
  await precall('caller', 'enrol', '+31612345678', '--sample', wav);
  await precall('trigger', 'threecx', '--conversation-id', threeCxCall, '--number', '+31612345678');
  await until(async () => (await precall('call', threeCxCall)).text.includes('agent call: placed'));
  const { conversationId } = running.elevenLabs.state.outboundCalls.at(-1)!;
  const data = { agent_id: 'agent_threecx', conversation_id: conversationId, failure_reason: 'busy' };
  const body = JSON.stringify({
    type: 'call_initiation_failure',
    event_timestamp: Math.floor(Date.now() / 1000),
    data: { ...data, metadata: { type: 'sip', body: {} } },
  });
  expect(await post(`${running.stack.url}/webhook/postcall`, body)).toMatchObject({ status: 200 });
};

beforeAll(async () => {
  running = await startStack({}, operated);
  running.elevenLabs.changeSettings({ outboundCallEndsAfterMs: 500 });
  const platformSettings = allOverrides;
  const own = { voiceId: 'ownVoice1', firstMessage: 'Hello' };
  running.elevenLabs.addAgent({ agentId: 'agent_threecx', ...own, platformSettings });
  await callBusyLine();
});
afterAll(() => running.close());

describe('the story of a call', () => {
  it('given an ordinary call, then it goes from the pre-call to the deleted clone, in order', async () => {
    await preCall('conv_ordinary', 'agent_1');
    await end('conv_ordinary', 'agent_1');

    const expected = [
      /A pre-call arrives, for agent agent_1/,
      /ElevenLabs is asked to list the branches of the agent: 200/,
      /The clone begins with 5\.6 s of audio/,
      /The clone is made: voice \w+/,
      /The agent has the caller's voice and greeting/,
      /The pre-call is answered with 200 after \d+ ms/,
      /ElevenLabs' report is stored/,
      /The agent has its own voice and greeting back/,
      /The clone is deleted/,
      /conversation: the pre-call was answered with a voice, agent agent_1, ended/,
      /voice \w+: deleted; the ledger remembers it until/,
      /agent agent_1: should have its own voice/,
    ];
    const story = await storyWith('conv_ordinary', recorded, done, ...expected);
    const steps = expected.map((step) => story.search(step));
    expect(steps).toEqual(steps.toSorted((a, b) => a - b));
    expect(story).toContain('The end of the call is recorded: completed, after a call of 92 s');
  });

  it('given a call that was overtaken, then both say by whom, and whose voice the agent has', async () => {
    await preCall('conv_earlier', 'agent_2');
    await preCall('conv_later', 'agent_2');
    await end('conv_earlier', 'agent_2');

    const earlier = await storyWith('conv_earlier', recorded, done);
    expect(earlier).toContain('Conversation conv_later takes the agent over: from now on all callers hear its voice');
    expect(earlier).toContain('agent agent_2: should have the voice of conversation conv_later');
    expect(earlier).not.toContain('The agent has its own voice and greeting back');
    await end('conv_later', 'agent_2');
    const later = await storyWith('conv_later', recorded, done);
    expect(later).toContain('This call takes the agent over from conversation conv_earlier');
    expect(later).toContain('The agent has its own voice and greeting back');
  });

  it('given a call that was refused, then it says why, what helps, and what the sender was told', async () => {
    running.elevenLabs.addFault({
      operation: 'createVoice',
      action: { kind: 'error', status: 400, code: 'voice_limit_reached' },
    });
    await preCall('conv_refused', 'agent_3');

    const story = await storyWith('conv_refused', 'is answered with 422');

    expect(story).toMatch(
      /! ElevenLabs is asked to clone the voice: 400 voice_limit_reached, .*ElevenLabs' request \w+/,
    );
    expect(story).toContain('All voice slots of the ElevenLabs plan are in use: delete voices or raise the plan.');
    expect(story).toContain('It is refused with VOICE_CLONING_FAILED (422): ElevenLabs refused the clone');
    expect(story).toContain('conversation: the pre-call failed, agent agent_3');
    expect(story).toContain('The sender may send the pre-call again.');
  });

  it('given a call whose PATCH had a hiccup, then it says that it was tried again, and why the clone stays for a while', async () => {
    running.elevenLabs.addFault({ operation: 'patchAgent', action: { kind: 'error', status: 500, code: 'internal' } });
    await preCall('conv_hiccup', 'agent_4');
    await end('conv_hiccup', 'agent_4');

    const story = await storyWith('conv_hiccup', recorded, 'the job looks again in');

    expect(story).toMatch(/! ElevenLabs is asked to change the agent's voice and greeting: 500 internal/);
    expect(story).toMatch(/change the agent's voice and greeting: 200, \d+ ms, attempt 2/);
    expect(story).toContain('The agent has its own voice and greeting back');
    expect(story).toContain(
      'ElevenLabs did not confirm a change of the agent, which may still take effect. The clone is not deleted yet',
    );
    expect(story).toMatch(/voice \w+: being deleted/);
    expect(story).toContain('A job deletes the voice. If it fails for good');
  });

  it('given a call whose caller was erased, then it says when, and nothing is left in the bucket', async () => {
    await preCall('conv_erased', 'agent_5', '--number', '+31687654321');
    await end('conv_erased', 'agent_5');
    await storyWith('conv_erased', recorded, done);
    await precall('caller', 'erase', '+31687654321', '--yes');

    const story = await storyWith('conv_erased', 'record: erased at', 'In the bucket\n  nothing');

    expect(story).toContain('The caller is erased: what was stored of this call is deleted');
    expect(story).toContain('conversation: its caller was erased at');
  });

  it('given a 3CX call whose line was busy, then both calls, the voice and the second attempt are told', async () => {
    const story = await storyWith(threeCxCall, 'after a busy line');

    const steps = [
      /3CX reports IncomingCall/,
      /The greeting call is placed/,
      /The clone is made/,
      /The agent call is placed with the caller's voice \w+/,
      /The line was busy: the agent call is placed once more after 20 s/,
      /The agent call is placed with the caller's voice \w+\n/,
      /greeting call: placed/,
      /agent call: placed with voice \w+, after a busy line/,
      /The voice is kept for the caller's next call until|The voice is still used by/,
    ].map((step) => story.search(step));
    expect(steps).not.toContain(-1);
    expect(story.match(/The agent call is placed with/g)).toHaveLength(2);
    const legs = running.elevenLabs.state.outboundCalls.map(({ conversationId }) => conversationId);
    const rows = (await precall('calls')).text.split('\n').filter((line) => /3cx-7781/.test(line));
    expect(rows).toHaveLength(1);
    expect(rows.join()).toMatch(/3CX: /);
    const all = (await precall('calls', '--json')).text;
    expect(legs.every((leg) => !all.includes(`"id": "${leg}"`) && !all.includes(`"id":"${leg}"`))).toBe(true);
  });
});
