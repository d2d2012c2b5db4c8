import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, beforeEach, test } from 'node:test';
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startBrowser } from './browser.mjs';
import { startStack } from './stack.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
const patience = { timeout: 60_000 };

let stack;
let browser;
let page;
/** What the pages say that nobody should hear: errors, and warnings of the policy. */
let complaints = [];

const openPage = async (url = stack.consoleUrl, viewport = { width: 1200, height: 860 }) => {
  const context = await browser.newContext({ viewport, bypassCSP: false });
  context.setDefaultTimeout(patience.timeout);
  const opened = await context.newPage();
  opened.on('pageerror', (error) => complaints.push(error.message));
  opened.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  await opened.goto(url);
  await opened.getByText('live', { exact: true }).waitFor();
  return opened;
};

/** The voice and the greeting; versions go on. */
const speaks = ({ voiceId, firstMessage }) => `${voiceId} ${firstMessage}`;

const agent = async () => {
  const { elevenlabs } = stack.contract;
  const state = await (await fetch(`${elevenlabs}/_simulator/state`)).json();
  assert.deepEqual(state.violations, []);
  return { voices: state.voices, agent: speaks(state.agents[0]) };
};

const goTo = (view) => page.getByRole('navigation').getByRole('link', { name: view, exact: true }).click();

const makeCall = async (name = 'Ada') => {
  await goTo('Make a call');
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Make the call' }).click();
  await page.getByRole('button', { name: 'End the call' }).waitFor();
  return page.getByRole('heading', { level: 1 }).textContent();
};

const endCall = async (transcript) => {
  if (transcript !== undefined) await page.getByLabel('Transcript').fill(transcript);
  await page.getByRole('button', { name: 'End the call' }).click();
  await page.getByText('all work on this call is done').waitFor();
};

before(async () => {
  [stack, browser] = await Promise.all([startStack(), startBrowser()]);
  page = await openPage();
});
beforeEach(() => {
  complaints = [];
});
after(async () => {
  await browser?.close();
  await stack?.close();
});

test('given nothing yet, then the page says what to do', async () => {
  await page.getByText('No calls yet').waitFor();
  assert.equal(await page.evaluate(() => location.hash), '', 'the token stays in the address bar');
});

test('record, call, cloned voice on the agent, end, restored, voice gone', async () => {
  const before = await agent();
  await goTo('Make a call');
  await page.getByRole('button', { name: 'Record your voice' }).click();
  await page.waitForFunction(() => /([4-9]|\d\d) s/.test(document.querySelector('.microphone').textContent));
  await page.getByRole('button', { name: 'Stop recording' }).click();
  await page.getByText('kHz').waitFor();
  assert.match(await page.getByText('One to two minutes').textContent(), /better clone/);
  const id = await makeCall('Ada');

  const during = await agent();
  assert.match(during.agent, /Hallo Ada/);
  assert.equal(during.voices.length, before.voices.length + 1);
  const clone = during.voices.find((voice) => !JSON.stringify(before.voices).includes(voice.voiceId ?? voice.voice_id));
  const cloneId = clone.voiceId ?? clone.voice_id;
  assert.ok(during.agent.includes(cloneId));
  for (const label of ['clone', 'change agent', 'claim'])
    await page.getByText(label, { exact: true }).first().waitFor();

  await endCall('agent: Hello\ncaller: Is my order ready?');

  await page.getByText('Is my order ready?').waitFor();
  const after = await agent();
  assert.equal(after.agent, before.agent);
  assert.ok(!JSON.stringify(after.voices).includes(cloneId));
  await goTo('Calls');
  await page.getByRole('row', { name: id }).getByText('completed').waitFor();
  assert.deepEqual(complaints, []);
});

test('two windows show the same call, and a reload in the middle loses nothing', async () => {
  const other = await openPage();
  const id = await makeCall('Grace');

  await other.getByRole('link', { name: id }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'End the call' }).waitFor();
  await other.getByRole('link', { name: id }).click();
  await endCall();

  await other.getByText('all work on this call is done').waitFor();
  await other.context().close();
  assert.deepEqual(complaints, []);
});

test('HTML in a name and in a transcript stays text', async () => {
  const html = '<img src=x onerror="window.hasRun = true"><script>window.hasRun = true</script>';
  await makeCall(`Eve ${html}`);
  await endCall(`caller: ${html}`);
  await page.locator('.transcript').getByText(html).waitFor();

  assert.equal(await page.evaluate(() => window.hasRun), undefined);
  assert.equal(await page.locator('main img, main script').count(), 0);
  assert.deepEqual(complaints, []);
});

test('personal data are hidden when they are switched off', async () => {
  await makeCall('Hidden Person');
  await page.getByText('Hallo Hidden Person').first().waitFor();
  await page.getByLabel('Personal data').uncheck();
  await page.getByText('hidden', { exact: true }).waitFor();
  await page.getByText('Hallo Hidden Person').first().waitFor({ state: 'detached' });
  assert.ok(!(await page.locator('body').innerText()).includes('Hidden Person'));
  await page.getByLabel('Personal data').check();
  await endCall();
});

const faults = [
  { fault: 'No slot is left for a voice', says: /422|400|plan|limit/ },
  { fault: 'Everything answers 503', says: /503/ },
  { fault: 'Clone is refused with 429', says: /503|429|conv_/ },
];
for (const { fault, says } of faults)
  test(`fault "${fault}": the page says what came of it`, async () => {
    await goTo('Make a call');
    await page.getByLabel('Until they are cleared').check();
    await page.getByRole('button', { name: fault }).click();
    await page.getByText('1 waiting.').waitFor();
    await page.getByRole('button', { name: 'Make the call' }).click();
    const notice = page.locator('.notice-problem').filter({ hasText: says }).first();
    await notice.waitFor();
    await page.getByRole('button', { name: 'Clear faults' }).click();
    await page.getByText('No fault is waiting.').waitFor();
  });

test('each other event says what it was answered', async () => {
  await goTo('Make a call');
  const section = page.locator('section', { has: page.getByRole('heading', { name: 'Send another event' }) });
  for (const button of await section.getByRole('button').all()) {
    const title = await button.textContent();
    await button.click();
    await section
      .locator('.notice')
      .getByText(new RegExp(`^${title}: \\d{3} after`))
      .waitFor();
  }
  assert.deepEqual(complaints, []);
});

test('one call with the keyboard alone', async () => {
  await goTo('Calls');
  await page.evaluate(() => document.activeElement?.blur());
  const tabTo = async (accept) => {
    for (let presses = 0; presses < 120; presses += 1) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => {
        const now = document.activeElement;
        return { text: now?.textContent ?? '', label: now?.closest('label')?.textContent ?? '', tag: now?.tagName };
      });
      if (accept(focused)) return;
    }
    assert.fail('the keyboard does not get there');
  };
  await tabTo(({ tag, text }) => tag === 'A' && text === 'Make a call');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Make a call' }).waitFor();
  await tabTo(({ label }) => label.startsWith('Name'));
  await page.keyboard.type('Katherine');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'End the call' }).waitFor();
  await tabTo(({ tag, text }) => tag === 'BUTTON' && text === 'End the call');
  await page.keyboard.press('Enter');
  await page.getByText('all work on this call is done').waitFor();
});

test('an action asks first, and does nothing when the answer is no', async () => {
  await goTo('Health');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  assert.equal(await page.getByText('Precall is paused').count(), 0);
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
  await page.getByText('Precall is paused since').waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('Precall is paused since').waitFor({ state: 'detached' });
});

const views = ['Calls', 'Make a call', 'Agents', 'Voices', 'Callers', 'Queues', 'Settings', 'Health'];
for (const colorScheme of ['light', 'dark'])
  test(`axe finds nothing serious in any view, ${colorScheme}, at desktop and phone width`, async () => {
    await page.emulateMedia({ colorScheme });
    for (const viewport of [
      { width: 1200, height: 860 },
      { width: 390, height: 844 },
    ]) {
      await page.setViewportSize(viewport);
      for (const view of [...views, 'call']) {
        if (view === 'call') {
          await goTo('Calls');
          await page
            .getByRole('link', { name: /^conv_/ })
            .first()
            .click();
          await page.getByRole('heading', { name: 'Time line' }).waitFor();
        } else {
          await goTo(view);
          await page.getByRole('heading', { level: 1, name: view }).waitFor();
        }
        await page.locator('.loading').waitFor({ state: 'detached' });
        const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth + 1);
        assert.ok(!isWide, `${view} is wider than the screen at ${viewport.width}`);
        // Through the debugger, so that the page's policy holds for the page alone.
        await page.evaluate(axe);
        const { violations } = await page.evaluate(() => globalThis.axe.run(document));
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        const found = serious.map(({ id, nodes }) => `${view}: ${id} ${nodes[0].html}`);
        assert.deepEqual(found, []);
      }
    }
    await page.setViewportSize({ width: 1200, height: 860 });
  });

test('a thousand calls: the list is complete, and finding one is quick', async () => {
  const { aws: endpoint, region, table } = stack.contract;
  const client = new DynamoDBClient({ endpoint, region, credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
  const nowS = Math.floor(Date.now() / 1000);
  const item = (index) => ({
    pk: { S: `CONVERSATION#conv_many_${index}` },
    kind: { S: 'conversation' },
    conversation_id: { S: `conv_many_${index}` },
    agent_id: { S: 'agent_many' },
    signed_at: { N: String(nowS - index) },
    ended_at: { N: String((nowS - index) * 1000 + 500) },
    expires_at: { N: String(nowS + 30 * 24 * 3600) },
  });
  for (let from = 0; from < 1_000; from += 25) {
    const puts = Array.from({ length: 25 }, (_, offset) => ({ PutRequest: { Item: item(from + offset) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }));
  }
  client.destroy();
  await goTo('Calls');
  await page.waitForFunction(() => /1\d{3} calls/.test(document.querySelector('.count').textContent));

  const blocked = await page.evaluate(async () => {
    const long = [];
    const observer = new PerformanceObserver((list) => long.push(...list.getEntries().map(({ duration }) => duration)));
    observer.observe({ type: 'longtask' });
    const input = document.querySelector('input[type=search]');
    for (const text of ['conv_many_7', 'conv_many_77', 'conv_many_777']) {
      input.value = text;
      input.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50)));
    }
    return long;
  });
  console.log(`Long tasks while a thousand calls are searched: ${JSON.stringify(blocked)} ms`);
  await page.getByRole('row', { name: 'conv_many_777' }).waitFor();
  assert.equal(await page.locator('tbody tr').count(), 1);
  await page.getByLabel('Find').fill('');
  assert.equal(await page.locator('tbody tr').count(), 100);
});

test('a stack that stops and comes back: the page says so, and needs its new address', async () => {
  const { port } = new URL(stack.url);
  await stack.close();
  await page
    .getByRole('alert')
    .filter({ hasText: /stopped|does not answer|lost/ })
    .waitFor();
  stack = await startStack({ PORT: port });
  await page.getByRole('alert').filter({ hasText: 'Open the one that the terminal shows' }).waitFor();
  page = await openPage();
  await page.getByText('No calls yet').waitFor();
});
