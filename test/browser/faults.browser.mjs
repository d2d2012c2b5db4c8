import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endCall, goTo, makeCall, useConsole } from './harness.mjs';

const given = useConsole();

/** Asks for a fault of the simulated ElevenLabs, once or until it is cleared. */
const cause = async (page, fault, isLasting) => {
  await goTo(page, 'Make a call');
  await page.getByLabel('Keep each fault until it is cleared').setChecked(isLasting);
  await page.getByRole('button', { name: fault }).click();
  await page.getByText(`Waiting for a request: ${fault}${isLasting ? ', until cleared' : ''}.`).waitFor();
};

const clear = async (page) => {
  await goTo(page, 'Make a call');
  await page.getByRole('button', { name: 'Clear faults' }).click();
  await page.getByText('No fault is waiting.').waitFor();
};

const lasting = [
  { fault: 'No slot is left for a voice', says: /voice_limit_reached/ },
  { fault: 'Everything answers 503', says: /503 after/ },
  { fault: 'Clone is refused with 429', says: /503 after/ },
];
for (const { fault, says } of lasting)
  test(`"${fault}" until it is cleared: the page says what came of it, and nothing is left`, async () => {
    const { page } = given;
    const before = await given.elevenLabs();
    await cause(page, fault, true);
    await page.getByRole('button', { name: 'Make the call' }).click();
    const notice = page.locator('.notice-problem').filter({ hasText: says }).first();
    await notice.waitFor();
    await clear(page);

    await notice.getByRole('link', { name: /^conv_/ }).click();
    await page
      .getByText(/It is refused with|It fails/)
      .first()
      .waitFor();
    const after = await given.elevenLabs();
    assert.equal(after.agent, before.agent);
    assert.deepEqual(after.voiceIds, before.voiceIds);
  });

test('"Clone is refused with 429" once: the call is made, and its time line shows the refusal', async () => {
  const { page } = given;
  await cause(page, 'Clone is refused with 429', false);
  await makeCall(page);
  await page
    .getByText(/clone the voice: 429 too_many_concurrent_requests/)
    .first()
    .waitFor();
  await page.locator('.bar-fault').first().waitFor();
  await endCall(page);
});

test('"Clone takes 8 s longer" once: the call is made, and its time line shows how long the clone took', async () => {
  const { page } = given;
  await cause(page, 'Clone takes 8 s longer', false);
  await makeCall(page);
  const words = await page
    .locator('.moments')
    .getByText(/clone the voice: 200/)
    .textContent();
  assert.ok(Number(/(\d+) ms/.exec(words)[1]) >= 8_000, words);
  await endCall(page);
});

test('"Change of the agent lands 15 s late" once: the end waits for it, and the agent is as it was', async () => {
  const { page } = given;
  const before = await given.elevenLabs();
  await cause(page, 'Change of the agent lands 15 s late', false);
  await page.getByRole('button', { name: 'Make the call' }).click();
  await page.getByRole('button', { name: 'End the call' }).or(page.locator('.notice-problem')).first().waitFor();
  if (await page.locator('.notice-problem').isVisible())
    await page
      .locator('.notice-problem')
      .getByRole('link', { name: /^conv_/ })
      .click();
  await page
    .getByText(/change the agent's voice and greeting: no answer/)
    .first()
    .waitFor();
  const end = page.getByRole('button', { name: 'End the call' });
  if (await end.isVisible()) await end.click();
  // The clone stays until the late change can no longer land.
  await page.getByText('all work on this call is done').waitFor({ timeout: 180_000 });
  const after = await given.elevenLabs();
  assert.equal(after.agent, before.agent);
  assert.deepEqual(after.voiceIds, before.voiceIds);
});

test('time passes without an end: the agent gets its own voice back, and the clone goes', async () => {
  const { page } = given;
  const before = await given.elevenLabs();
  const id = await makeCall(page, { name: 'Forgotten' });
  await goTo(page, 'Voices');
  const row = page.getByRole('row', { name: id });
  const voiceId = await row.locator('td').first().innerText();
  await row.getByRole('button', { name: 'Let its time pass' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Let its time pass' }).click();
  await page.getByRole('row', { name: voiceId }).getByText('It is deleted.').waitFor();
  const after = await given.elevenLabs();
  assert.equal(after.agent, before.agent);
  assert.deepEqual(after.voiceIds, before.voiceIds);
  await goTo(page, 'Calls');
  await page.getByRole('link', { name: id }).click();
  await page.getByText('all work on this call is done').waitFor();
  assert.deepEqual(given.complaints, []);
});
