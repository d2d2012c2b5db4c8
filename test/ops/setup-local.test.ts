import { run } from '../../cli/run';
import { signatureHeader } from '../../lambdas/platform/signature';
import { until } from '../support/eventually';
import { type RunningStack, startNewStack } from '../support/running-stack';

let running: RunningStack;

const precall = async (...args: string[]) => {
  const [out, notes]: [string[], string[]] = [[], []];
  const exitCode = await run([...args, '--port', new URL(running.stack.url).port], {
    env: {},
    print: (line) => void out.push(line),
    note: (line) => void notes.push(line),
    redraw: undefined,
  });
  return { exitCode, text: out.join('\n'), notes: notes.join('\n'), printed: [...out, ...notes].join('\n') };
};

const account = () => running.elevenLabs.state.workspace;

/** What of ElevenLabs' side a set-up may change. */
const sides = () => {
  const { workspace, agents } = running.elevenLabs.state;
  return structuredClone({
    workspace,
    settings: agents.map(({ agentId, body }) => [agentId, body['platform_settings']]),
  });
};

const writes = () =>
  running.elevenLabs.seen.filter(({ method, path }) => method !== 'GET' && !path.includes('precall_probe')).length;

const secretsOf = () => [
  ...account().webhooks.flatMap(({ secret }) => (secret === null ? [] : [secret])),
  ...Object.values(account().secrets),
  'sk_test_key',
];

const caller = '+31612345678';
const inboundCall = (agentId: string) =>
  running.elevenLabs.startInboundCall({ agentId, callerNumber: caller, calledNumber: '+31201234567' });

beforeAll(async () => {
  running = await startNewStack({ ELEVENLABS_WEBHOOK_SECRET: '', INITIATION_SECRET: '' });
});
afterAll(() => running.close());

it('given a key that lacks permissions, when set up, then all of them are listed and nothing is changed', async () => {
  const before = sides();
  running.elevenLabs.changeSettings({ missingPermissions: ['webhooks_write', 'convai_write', 'voices_write'] });

  const refused = await precall('setup', '--all', '--yes');

  expect(refused.exitCode).toBe(4);
  expect(refused.text).toMatch(/lacks 3 permissions; nothing was changed/);
  expect(refused.text).toMatch(/webhooks_write +create, switch on/);
  expect(refused.text).toMatch(/convai_write +change agents/);
  expect(refused.text).toMatch(/voices_write +create and delete/);
  const asJson = await precall('setup', '--all', '--yes', '--json');
  expect(JSON.parse(asJson.text)).toMatchObject({
    missing_permissions: ['webhooks_write', 'convai_write', 'voices_write'],
    applied: false,
  });
  expect(sides()).toEqual(before);
  running.elevenLabs.changeSettings({ missingPermissions: [] });
});

it('given nothing, when one command sets up and tries a call, then it is played; twice changes nothing; undone leaves nothing', async () => {
  const before = sides();
  expect(account().webhooks).toEqual([]);

  expect(await precall('setup', '--all', '--dry-run')).toMatchObject({ exitCode: 0 });
  expect(await precall('setup', '--all')).toMatchObject({ exitCode: 2 });
  expect({ sides: sides(), writes: writes() }).toEqual({ sides: before, writes: 0 });

  const set = await precall('setup', '--all', '--yes', '--try');

  expect(set.printed).not.toMatch(/defect/);
  expect(set).toMatchObject({ exitCode: 0 });
  expect(set.text).toContain('It will:');
  expect(set.text).toMatch(/The call conv_setup_\w+ is ended/);
  expect(account()).toMatchObject({
    webhooks: [{ url: `${running.stack.url}/webhook/postcall`, areRetriesOn: true, isDisabled: false }],
    postCallWebhookId: account().webhooks[0]!.webhookId,
    events: ['transcript', 'call_initiation_failure'],
    initiationWebhook: { url: `${running.stack.url}/webhook/initiation` },
  });
  for (const secret of secretsOf()) expect(set.printed).not.toContain(secret);

  await playCall();
  await twiceChangesNothing();

  const undone = await precall('setup', '--undo', '--yes');
  expect(undone).toMatchObject({ exitCode: 0 });
  expect(undone.text).toContain('delete the post-call webhook');
  expect(sides()).toEqual({ ...before, workspace: { ...before.workspace, transcriptFormat: 'json' } });
  expect(Object.keys(await running.ledger())).not.toContain('ELEVENLABS_SETUP');
  expect(await precall('setup', '--undo', '--yes')).toMatchObject({
    exitCode: 0,
    text: expect.stringContaining('nothing to change'),
  });
});

/** A phone call whose start asks the initiation webhook with the stored secret, and whose end the new webhook signs. */
const playCall = async (): Promise<void> => {
  await precall('trigger', 'precall', '--conversation-id', 'conv_played', '--agent-id', 'agent_2', '--number', caller);
  const clones = running.elevenLabs.clones();
  const { conversation } = await inboundCall('agent_2');
  expect(conversation.heard).toMatchObject({ voiceId: clones[0] });
  const event = {
    type: 'post_call_transcription',
    event_timestamp: Math.floor(Date.now() / 1000),
    data: {
      agent_id: 'agent_2',
      conversation_id: conversation.conversationId,
      status: 'done',
      transcript: [],
      metadata: { start_time_unix_secs: Math.floor(Date.now() / 1000), call_duration_secs: 5 },
      conversation_initiation_client_data: { dynamic_variables: { precall_conversation_id: 'conv_played' } },
    },
  };
  const body = JSON.stringify(event);
  const [{ secret, url } = { secret: null, url: '' }] = account().webhooks;
  const signature = signatureHeader([Buffer.from(body)], secret ?? '', Math.floor(Date.now() / 1000));
  const headers = { 'content-type': 'application/json', 'elevenlabs-signature': signature };
  expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(200);
  await until(() => running.elevenLabs.clones().length === 0);
  expect(running.elevenLabs.agent('agent_2').voiceId).toBe('ownVoice1');
};

const twiceChangesNothing = async (): Promise<void> => {
  const [before, written] = [sides(), writes()];
  const again = await precall('setup', '--all', '--yes');
  expect(again).toMatchObject({ exitCode: 0, text: 'There is nothing to change.' });
  expect({ sides: sides(), writes: writes() }).toEqual({ sides: before, writes: written });
};

describe('repairs', () => {
  it('given a webhook that was switched off, detached and an agent that forbids overrides, then that alone is changed', async () => {
    await precall('setup', '--all', '--yes');
    const wanted = sides();
    const [webhook] = account().webhooks;
    running.elevenLabs.changeWorkspace({ webhooks: [{ ...webhook!, isAutoDisabled: true }], postCallWebhookId: null });
    const overrides = { conversation_config_override: { tts: { voice_id: false } } };
    running.elevenLabs.changeAgent('agent_4', { platform_settings: { overrides } });

    const repaired = await precall('setup', '--all', '--yes', '--json');

    const { changes } = JSON.parse(repaired.text) as { changes: { about: string; what: string[] }[] };
    expect(changes.map(({ about }) => about)).toEqual(['webhook', 'workspace', 'agent']);
    expect(changes[2]!.what).toEqual(['agent agent_4: allow calls to override tts.voice_id']);
    expect(sides()).toEqual(wanted);
  });

  it('given a secret of the webhook that is no longer live, then the webhook is replaced, and the old one goes', async () => {
    await precall('secret', 'set', 'ElevenLabsWebhookSecret', '--value', 'of our own senders', '--yes');
    const [old] = account().webhooks;

    expect(await precall('setup', '--all', '--yes')).toMatchObject({ exitCode: 0 });

    expect(account().webhooks).toHaveLength(1);
    expect(account().webhooks[0]!.webhookId).not.toBe(old!.webhookId);
    expect(account().postCallWebhookId).toBe(account().webhooks[0]!.webhookId);
    await twiceChangesNothing();
    expect(await precall('trigger', 'precall', '--invalid')).toMatchObject({ exitCode: 0 });
  });

  it('given another secret of the initiation webhook, then the stored one is renewed in place', async () => {
    await precall('secret', 'set', 'InitiationSecret', '--value', 'another initiation secret', '--yes');
    const ids = Object.keys(account().secrets);

    expect((await precall('setup', '--all', '--yes')).text).toContain('renew the secret');

    expect(account().secrets).toEqual({ [ids[0]!]: 'another initiation secret' });
  });
});

describe('webhooks that point elsewhere', () => {
  it('given those of the workspace, then they are replaced only on request, and put back when undone', async () => {
    await precall('setup', '--undo', '--yes');
    const theirs = { webhookId: 'wh_crm', name: 'CRM', url: 'https://crm.example.com/calls' };
    const initiationWebhook = {
      url: 'https://crm.example.com/start',
      requestHeaders: { 'X-Key': { secretId: 'sec_crm' } },
    };
    running.elevenLabs.changeWorkspace({
      webhooks: [theirs],
      postCallWebhookId: 'wh_crm',
      events: ['transcript'],
      initiationWebhook,
      secrets: { sec_crm: 'theirs' },
    });
    const before = sides();

    const refused = await precall('setup', '--all', '--yes');
    expect(refused.exitCode).toBe(1);
    expect(refused.text).toMatch(
      /post-call webhook that points elsewhere[\s\S]*initiation webhook that points[\s\S]*--replace/,
    );
    expect(sides()).toEqual(before);

    expect(await precall('setup', '--all', '--yes', '--replace')).toMatchObject({ exitCode: 0 });
    expect(account().initiationWebhook!.url).toBe(`${running.stack.url}/webhook/initiation`);
    await precall('setup', '--undo', '--yes');
    expect(sides()).toEqual(before);
  });

  it('given one agent by its id, then the workspace stays, and the agent has webhooks of its own until that is undone', async () => {
    const before = sides();

    expect(await precall('setup', 'agent_5', '--yes')).toMatchObject({ exitCode: 0 });

    expect(account().postCallWebhookId).toBe('wh_crm');
    const own = JSON.stringify(sides().settings[4]);
    expect(own).toContain(`${running.stack.url}/webhook/initiation`);
    await precall('trigger', 'precall', '--conversation-id', 'conv_own', '--agent-id', 'agent_5', '--number', caller);
    expect((await inboundCall('agent_5')).conversation.heard).toMatchObject({
      voiceId: running.elevenLabs.clones()[0],
    });
    expect(await precall('setup', 'agent_5', '--yes')).toMatchObject({ text: 'There is nothing to change.' });
    await precall('end', 'conv_own');
    await precall('setup', '--undo', '--yes');
    expect(JSON.stringify(sides().settings[4])).not.toContain(running.stack.url);
    expect(account()).toEqual(before.workspace);
  });
});

describe('wrong use', () => {
  it.each([
    [['setup']],
    [['setup', '--all', '--undo']],
    [['setup', 'agent_1', '--all']],
    [['setup', 'agent/1']],
    [['setup', '--all', '--try', '--json']],
  ])('given %s, then it is a sentence', async (args) => {
    expect(await precall(...args)).toMatchObject({ exitCode: 2, text: '' });
  });

  it('given an agent or a key that does not exist, then it is a sentence', async () => {
    expect(await precall('setup', 'agent_unknown', '--yes')).toMatchObject({
      exitCode: 1,
      notes: expect.stringContaining('agent_not_found'),
    });
  });
});

describe('agents with branches', () => {
  const branches = [{ branchId: 'agtbranch_b', name: 'B', livePercentage: 30 }];
  const seed = { voiceId: 'ownVoice1', firstMessage: 'Hello', main: { livePercentage: 70 }, branches };
  const allowed = (body: object): boolean => /"voice_id":true/.test(JSON.stringify(body));
  const bodies = (agentId: string) => {
    const { body, branches: others = [] } = running.elevenLabs.state.agents.find((each) => each.agentId === agentId)!;
    return [body, ...others.map((each) => each.body)];
  };

  it('given two live branches, when set up and undone, then both are changed and put back', async () => {
    running.elevenLabs.addAgent({ agentId: 'agent_split', ...seed });

    const set = await precall('setup', 'agent_split', '--yes');

    expect(set).toMatchObject({ exitCode: 0 });
    expect(set.text).toMatch(/agent agent_split, branch agtbranch_b: allow/);
    expect(bodies('agent_split').map(allowed)).toEqual([true, true]);
    expect(await precall('setup', 'agent_split', '--yes')).toMatchObject({ text: 'There is nothing to change.' });
    await precall('setup', '--undo', '--yes');
    expect(bodies('agent_split').map(allowed)).toEqual([false, false]);
  });

  it('given unpublished procedures of the owner of the key, then nothing is changed, so that none is published', async () => {
    const main = { livePercentage: 70, drafts: { proc_1: 'procvrsn_draft' } };
    running.elevenLabs.addAgent({ agentId: 'agent_drafts', ...seed, main });
    const written = writes();

    const refused = await precall('setup', 'agent_drafts', '--yes');

    expect(refused.exitCode).toBe(1);
    expect(refused.text).toMatch(/unpublished procedures[\s\S]*service account/);
    expect(writes()).toBe(written);
  });
});
