import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { endCall, goTo, makeCall, useConsole } from './harness.mjs';

const given = useConsole();

test('given nothing yet, then the page says what to do', async () => {
  const { page } = given;
  await page.getByText('No calls in the last 24 hours').waitFor();
  assert.equal(await page.evaluate(() => location.hash), '', 'the token stays in the address bar');
});

test('record, call, cloned voice on the agent, end, restored, voice gone', async () => {
  const { page } = given;
  const before = await given.elevenLabs();
  await goTo(page, 'Make a call');
  await page.getByRole('button', { name: 'Record your voice' }).click();
  await page.waitForFunction(() => /([4-9]|\d\d) s/.test(document.querySelector('.microphone').textContent));
  await page.getByRole('button', { name: 'Stop recording' }).click();
  await page.getByText('kHz').waitFor();
  assert.match(await page.getByText('One to two minutes').textContent(), /better clone/);
  const id = await makeCall(page, { name: 'Ada' });

  const during = await given.elevenLabs();
  assert.match(during.agent, /Hallo Ada/);
  const [cloneId, ...others] = during.voiceIds.filter((voice) => !before.voiceIds.includes(voice));
  assert.deepEqual(others, []);
  assert.ok(during.agent.includes(cloneId));
  for (const label of ['clone', 'change agent', 'claim'])
    await page.getByText(label, { exact: true }).first().waitFor();

  await endCall(page, 'agent: Hello\ncaller: Is my order ready?');

  await page.getByText('Is my order ready?').waitFor();
  const after = await given.elevenLabs();
  assert.equal(after.agent, before.agent);
  assert.ok(!after.voiceIds.includes(cloneId));
  await goTo(page, 'Calls');
  await page.getByRole('row', { name: id }).getByText('completed').waitFor();
  assert.deepEqual(given.complaints, []);
});

test('a file in place of the microphone: its facts are shown, it plays, and what is no recording is said', async () => {
  const { page } = given;
  await goTo(page, 'Make a call');
  const input = page.locator('input[type=file]');
  await input.setInputFiles({ name: 'notes.wav', mimeType: 'audio/wav', buffer: Buffer.from('no recording') });
  await page.getByText('The browser cannot read this recording').waitFor();
  const path = new URL('../../events/samples/caller.wav', import.meta.url);
  await input.setInputFiles(path.pathname);
  await page.getByText('kHz').waitFor();
  await page.getByRole('button', { name: 'Play' }).click();
  await page.getByRole('button', { name: 'Pause' }).waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Play' }).waitFor();
  assert.deepEqual(given.complaints, []);
});

test('two windows show the same call, and a reload in the middle loses nothing', async () => {
  const { page } = given;
  const other = await given.openPage();
  const id = await makeCall(page, { name: 'Grace' });

  await other.getByRole('link', { name: id }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'End the call' }).waitFor();
  await other.getByRole('link', { name: id }).click();
  await endCall(page);

  await other.getByText('all work on this call is done').waitFor();
  await other.context().close();
  assert.deepEqual(given.complaints, []);
});

test('a call that overtakes another is named on the page of each', async () => {
  const { page } = given;
  const first = await makeCall(page, { name: 'Grace' });
  const second = await makeCall(page, { name: 'Katherine' });
  await page.getByText(`This call takes the agent over from conversation ${first}`).first().waitFor();
  await page.locator('.facts').getByRole('link', { name: first }).click();
  await page.getByText(`Conversation ${second} takes the agent over`).first().waitFor();
  await endCall(page);
  await goTo(page, 'Calls');
  await page.getByRole('link', { name: second }).click();
  await endCall(page);
});

/** Presses Tab until the focus is on what `accept` wants. */
const tabTo = async (page, accept) => {
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

test('a link moves the focus in the same task, so that a key pressed at once is not lost', async () => {
  const { page } = given;
  await goTo(page, 'Agents');
  const focused = await page.evaluate(async () => {
    const link = [...document.querySelectorAll('nav a')].find(({ textContent }) => textContent === 'Calls');
    link.focus();
    link.click();
    // Promises alone: a task or a frame would let a late focus pass.
    for (let turns = 0; turns < 100; turns += 1) await null;
    return `${document.activeElement.id} ${document.querySelector('h1').textContent}`;
  });
  assert.equal(focused, 'main Calls');
});

test('one call with the keyboard alone, from the list to its transcript', async () => {
  const { page } = given;
  await goTo(page, 'Calls');
  await page.evaluate(() => document.activeElement?.blur());
  await tabTo(page, ({ tag, text }) => tag === 'A' && text === 'Make a call');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Make a call' }).waitFor();
  await tabTo(page, ({ label }) => label.startsWith('Name'));
  await page.keyboard.press('Control+A');
  await page.keyboard.type('Katherine');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'End the call' }).waitFor();
  await tabTo(page, ({ tag, text }) => tag === 'BUTTON' && text === 'clone');
  await page.locator('.chosen').getByText('clone the voice').waitFor();
  await tabTo(page, ({ tag, text }) => tag === 'SUMMARY' && text.includes('lines of the log'));
  await page.keyboard.press('Enter');
  await page.getByText('"webhook_complete"').first().waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  await page.locator('main').focus();
  await tabTo(page, ({ tag, text }) => tag === 'BUTTON' && text === 'End the call');
  await page.keyboard.press('Enter');
  await page.getByText('all work on this call is done').waitFor();
  await page.locator('.transcript').waitFor();
  assert.deepEqual(given.complaints, []);
});

/** Puts this many calls that are over into the ledger. */
const storeCalls = async ({ aws: endpoint, region, table }, count) => {
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
  for (let from = 0; from < count; from += 25) {
    const puts = Array.from({ length: 25 }, (_, offset) => ({ PutRequest: { Item: item(from + offset) } }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }));
  }
  client.destroy();
};

/**
 * The CPU that the page's own thread spends on this, in ms of task time, and how much of it goes to scripts and layout.
 * Counted by the browser per process, so other work on the machine does not count.
 */
const cpuOf = async (page, run) => {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const read = async () =>
    Object.fromEntries((await session.send('Performance.getMetrics')).metrics.map(({ name, value }) => [name, value]));
  const before = await read();
  const result = await run();
  const after = await read();
  await session.detach();
  const spent = (name) => (after[name] - before[name]) * 1_000;
  return { result, taskMs: spent('TaskDuration'), layouts: after.LayoutCount - before.LayoutCount };
};

test('a thousand calls: the list is complete, and each key pressed costs the page little', async () => {
  const { page } = given;
  await storeCalls(given.stack.contract, 1_000);
  await goTo(page, 'Calls');
  await page.waitForFunction(() => /1\d{3} calls/.test(document.querySelector('.count').textContent));
  assert.equal(await page.locator('tbody tr').count(), 100);
  await page.getByRole('button', { name: 'Show 100 more' }).click();
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 200);

  const text = 'conv_many_777';
  await page.getByLabel('Find').focus();
  const { taskMs, layouts } = await cpuOf(page, () => page.keyboard.type(text));
  await page.getByRole('row', { name: text }).waitFor();
  assert.equal(await page.locator('tbody tr').count(), 1);
  console.log(`1,000 calls: ${(taskMs / text.length).toFixed(1)} ms of CPU a key, ${layouts} layouts`);
  assert.ok(taskMs / text.length < 50, `a key costs ${taskMs / text.length} ms of CPU: frames are lost`);
  await page.getByLabel('Find').fill('');

  const { taskMs: idleMs } = await cpuOf(page, async () => {
    const id = await makeCall(page, { name: 'Live' });
    await goTo(page, 'Calls');
    await page.getByRole('link', { name: id }).waitFor();
  });
  console.log(`1,000 calls: ${idleMs.toFixed(0)} ms of CPU for one call that comes in`);
  await page.getByLabel('Find').fill('nothing like it');
  await page.getByText('No call matches').waitFor();
  await page.getByLabel('Find').fill('');
  await page.getByLabel('Since').selectOption({ label: '1 hour' });
  await page.waitForFunction(() => /^1\d{3} calls/.test(document.querySelector('.count').textContent));
  assert.deepEqual(given.complaints, []);
});
