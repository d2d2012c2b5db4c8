import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { goTo, endCall, makeCall, openView, seriousFindings, useConsole, viewports, views } from './harness.mjs';

const given = useConsole();
const number = '+31612345001';

test('each view is empty at first, and says what to do', async () => {
  const { page } = given;
  for (const [view, says] of [
    ['Calls', 'npx precall send'],
    ['Agents', 'The first pre-call for an agent brings it here.'],
    ['Voices', 'A pre-call makes the first one.'],
    ['Callers', 'Enter a number with its country code.'],
    ['Queues', 'A job comes here after its last attempt'],
    ['Health', 'Nothing needs attention.'],
  ]) {
    await openView(page, view);
    await page.getByText(says).waitFor();
  }
  assert.deepEqual(given.complaints, []);
});

test('each other event says what it was answered', async () => {
  const { page } = given;
  await goTo(page, 'Make a call');
  const section = page.locator('section', { has: page.getByRole('heading', { name: 'Send another event' }) });
  for (const button of await section.getByRole('button').all()) {
    const title = await button.textContent();
    await button.click();
    await section
      .locator('.notice')
      .getByText(new RegExp(`^${title}: \\d{3} after`))
      .waitFor();
  }
  assert.deepEqual(given.complaints, []);
});

test('an action asks first, and does nothing when the answer is no', async () => {
  const { page } = given;
  await goTo(page, 'Health');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
  assert.equal(await page.getByText('Precall is paused').count(), 0);
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await page.getByText('Precall is paused').count(), 0);
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
  await page.getByText('Precall is paused since').waitFor();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByText('Precall is paused since').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Reconcile now' }).click();
  await page.getByText('Reconcile has looked at everything.').waitFor();
});

test('a voice is deleted, and its agent has its own again', async () => {
  const { page } = given;
  const before = await given.elevenLabs();
  const id = await makeCall(page);
  await goTo(page, 'Agents');
  const card = page.locator('section', { hasText: id });
  await card.getByText('End its call first').waitFor();
  assert.ok(await card.getByRole('button', { name: 'Give it its own voice back' }).isDisabled());
  await goTo(page, 'Voices');
  const row = page.getByRole('row', { name: id });
  const voiceId = await row.locator('td').first().innerText();
  await row.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('row', { name: voiceId }).getByText('It is deleted.').waitFor();
  const after = await given.elevenLabs();
  assert.equal(after.agent, before.agent);
  assert.deepEqual(after.voiceIds, before.voiceIds);
  await goTo(page, 'Agents');
  await page.getByRole('button', { name: 'Give it its own voice back' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Give it its own voice back' }).click();
  await page.getByText('A job does it within seconds.').waitFor();
});

test('a caller: found by number, exported, played, consent withdrawn, erased', async () => {
  const { page } = given;
  const id = await makeCall(page, { name: 'Ada', number });
  await goTo(page, 'Make a call');
  await page.getByLabel("Caller's number").fill(number);
  await page.getByRole('button', { name: 'Enrol a caller' }).click();
  await page.getByText(/^Enrol a caller: 200 after/).waitFor();
  await goTo(page, 'Callers');
  await page.getByLabel('Number').fill('12');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.locator('.notice-problem').waitFor();
  // The browser reports the refusal of that number.
  given.complaints = [];
  await page.getByLabel('Number').fill(number);
  await page.getByRole('button', { name: 'Find' }).click();
  const card = page.getByRole('region', { name: 'Caller' });
  await card.getByText('given on').waitFor();
  await card
    .getByRole('button', { name: /^Load the/ })
    .first()
    .click();
  await card.getByRole('button', { name: 'Play' }).waitFor();
  await card.getByRole('button', { name: 'Export' }).click();
  await card.getByText('The export was requested.').waitFor();
  await card.getByRole('button', { name: 'Withdraw consent' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Withdraw consent' }).click();
  await card.getByText('withdrawn on').waitFor();
  await card.getByRole('button', { name: 'Erase' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click();
  await card.getByText('The erasure was accepted.').waitFor();
  await card.getByText('Erased', { exact: true }).waitFor();
  await goTo(page, 'Calls');
  await page.getByRole('row', { name: id }).getByText('under way').waitFor({ state: 'detached' });
  assert.deepEqual(given.complaints, []);
});

test('a job that failed for good is shown, and is tried again', async () => {
  const { aws: endpoint, region, queues } = given.stack.contract;
  const client = new SQSClient({ endpoint, region, credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
  const MessageBody = JSON.stringify({ reason: 'conversation_ended', conversation_id: 'conv_parked' });
  await client.send(new SendMessageCommand({ QueueUrl: queues.CallEndsDeadLetters, MessageBody }));
  client.destroy();
  const { page } = given;
  await goTo(page, 'Queues');
  await page.getByText('conv_parked').waitFor();
  const again = page.getByRole('button', { name: 'Try again: CallEnds' });
  await again.click();
  await page.getByRole('dialog').getByRole('button', { name: 'Try again: CallEnds' }).click();
  await page.getByText('The jobs are on their way back.').waitFor();
  await page.getByText('conv_parked').waitFor({ state: 'detached' });
});

test('a recording is loaded and played on the page of its call; failed calls can be listed alone', async () => {
  const { page } = given;
  const id = await makeCall(page);
  await endCall(page);
  await goTo(page, 'Make a call');
  await page.getByLabel('Conversation').fill(id);
  await page.getByRole('button', { name: 'Recording of a call' }).click();
  await page.getByText(/^Recording of a call: 200 after/).waitFor();
  await goTo(page, 'Calls');
  await page.getByRole('link', { name: id }).click();
  await page.getByRole('button', { name: 'Load the recording' }).click();
  await page.getByRole('button', { name: 'Play' }).waitFor();
  await goTo(page, 'Calls');
  await page.getByLabel('Only failed').check();
  await page.getByRole('link', { name: id }).waitFor({ state: 'detached' });
  await page.getByLabel('Only failed').uncheck();
  await page.getByRole('link', { name: id }).waitFor();
});

test('a setting is found, with where it comes from', async () => {
  const { page } = given;
  await openView(page, 'Settings');
  await page.getByLabel('Find').fill('agent_activation');
  await page.getByRole('row', { name: 'AGENT_ACTIVATION' }).getByText('default').waitFor();
  assert.equal(await page.locator('tbody tr').count(), 1);
  await page.getByLabel('Find').fill('');
});

for (const colorScheme of ['light', 'dark'])
  test(`axe finds nothing serious in any view, ${colorScheme}, at desktop and phone width`, async () => {
    const { page } = given;
    await page.emulateMedia({ colorScheme });
    for (const [width, viewport] of Object.entries(viewports)) {
      await page.setViewportSize(viewport);
      for (const view of views) {
        await openView(page, view);
        const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth + 1);
        assert.ok(!isWide, `${view} is wider than the screen at ${width} width`);
        assert.deepEqual([view, await seriousFindings(page)], [view, []]);
      }
    }
    await page.setViewportSize(viewports.desktop);
  });

test('nothing moves while a view loads', async () => {
  const { page } = given;
  await openView(page, 'Calls');
  await page.evaluate(() => {
    globalThis.shifts = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shifts.push(entry.value);
    }).observe({ type: 'layout-shift', buffered: false });
  });
  for (const view of views) {
    await openView(page, view);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  }
  const total = await page.evaluate(() => globalThis.shifts.reduce((sum, value) => sum + value, 0));
  console.log(`Layout shift over all views: ${total.toFixed(4)}`);
  assert.ok(total < 0.1, `the layout shifts by ${total}`);
});
