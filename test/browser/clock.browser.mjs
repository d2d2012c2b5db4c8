import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { endCall, goTo, makeCall, root, useConsole } from './harness.mjs';

const given = useConsole();

const clock = (page) => page.getByRole('region', { name: 'Clock of the stack' });

/** Lets time pass, step by step. On a busy machine, all that happens in a day takes minutes. */
const letPass = async (page, time, passed) => {
  await goTo(page, 'Make a call');
  await clock(page)
    .getByRole('button', { name: `Let ${time} pass` })
    .click();
  await clock(page).getByText(`${passed} passed.`).waitFor({ timeout: 600_000 });
};

test('15 minutes pass during a call: it goes on', async () => {
  const { page } = given;
  const id = await makeCall(page, { name: 'Patient' });
  await letPass(page, '15 minutes', '15 min');
  await clock(page).getByRole('link', { name: '1 agent in use' }).waitFor();
  await clock(page).getByRole('link', { name: '1 voice left' }).waitFor();
  await goTo(page, 'Calls');
  await page.getByRole('link', { name: id }).click();
  await endCall(page);
});

test('24 hours pass after a call that never ended: the agent has its own voice, and the clone is gone', async () => {
  const { page } = given;
  const other = await given.openPage();
  const before = await given.elevenLabs();
  const id = await makeCall(page, { name: 'Forgotten' });
  const during = await given.elevenLabs();
  assert.notEqual(during.agent, before.agent);
  await letPass(page, '24 hours', '24 h');
  await clock(page).getByRole('link', { name: 'Every agent has its own voice' }).waitFor();
  await clock(page).getByRole('link', { name: 'no cloned voice is left' }).waitFor();
  const after = await given.elevenLabs();
  assert.equal(after.agent, before.agent);
  assert.deepEqual(after.voiceIds, before.voiceIds);

  await page.getByRole('banner').getByText('24 h 15 min ahead').waitFor();
  await other.getByRole('banner').getByText('24 h 15 min ahead').waitFor();
  await goTo(other, 'Calls');
  await other.getByText('No calls in the last 24 hours').waitFor();
  await other.getByLabel('Since').selectOption('7 days');
  await other.getByRole('link', { name: id }).click();
  await other.getByText('all work on this call is done').waitFor();
  await goTo(other, 'Agents');
  await other.getByText('its own voice', { exact: true }).waitFor();
  assert.deepEqual(given.complaints, []);
});

test('after that, calls go on at the time of the stack, from the page and from a terminal', async () => {
  const { page } = given;
  await makeCall(page, { name: 'Ada' });
  await endCall(page);
  const { port } = new URL(given.stack.url);
  const send = ['bin/precall.cjs', 'send', '--sample', 'events/samples/caller.wav', '--name', 'Ada', '--port', port];
  const { stdout } = await promisify(execFile)(process.execPath, send, { cwd: root });
  assert.match(stdout, /200/);
  assert.deepEqual(given.complaints, []);
});
