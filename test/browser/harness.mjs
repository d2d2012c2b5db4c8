import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, beforeEach } from 'node:test';
import { startBrowser } from './browser.mjs';
import { startStack } from './stack.mjs';

export { root } from './stack.mjs';

/** How long a page may take to show what a test waits for; generous, because a busy machine is slow. */
const timeout = 60_000;

/** Every view of the console by the title of its link, and one call. */
export const views = ['Calls', 'Make a call', 'Agents', 'Voices', 'Callers', 'Queues', 'Settings', 'Health', 'call'];

/** The widths at which every view is tried and photographed. */
export const viewports = { desktop: { width: 1200, height: 860 }, phone: { width: 390, height: 844 } };

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

export const goTo = (page, view) => page.getByRole('navigation').getByRole('link', { name: view, exact: true }).click();

/** Opens a view, and waits until it shows what it has. A `call` is the newest one. */
export const openView = async (page, view) => {
  await goTo(page, view === 'call' ? 'Calls' : view);
  if (view === 'call') {
    await page
      .getByRole('link', { name: /^conv_/ })
      .first()
      .click();
    await page.getByRole('heading', { name: 'Time line' }).waitFor();
  } else await page.getByRole('heading', { level: 1, name: view }).waitFor();
  await page.locator('.loading').waitFor({ state: 'detached' });
};

/** Makes a call with the bundled recording, or the one that the page has. Returns its id. */
export const makeCall = async (page, { name = 'Ada', number } = {}) => {
  await goTo(page, 'Make a call');
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('Number', { exact: true }).fill(number ?? '');
  await page.getByRole('button', { name: 'Make the call' }).click();
  await page.getByRole('button', { name: 'End the call' }).waitFor();
  return page.getByRole('heading', { level: 1 }).textContent();
};

/** Ends the call that the page shows, and waits until its voice is gone. */
export const endCall = async (page, transcript) => {
  if (transcript !== undefined) await page.getByLabel('Transcript').fill(transcript);
  await page.getByRole('button', { name: 'End the call' }).click();
  await page.getByText('all work on this call is done').waitFor();
};

/** What axe finds serious or critical in the page as it is. */
export const seriousFindings = async (page) => {
  // Through the debugger, so that the page's policy holds for the page alone.
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return serious.map(({ id, nodes }) => `${id} ${nodes[0].html}`);
};

/**
 * A stack and a browser for the tests of one file. `page` shows the console; `complaints` has what pages reported that
 * nobody should hear: errors, and warnings of the policy. A test that expects some empties it.
 */
export const useConsole = () => {
  const given = { stack: undefined, browser: undefined, page: undefined, complaints: [] };
  given.openPage = async (url = given.stack.consoleUrl) => {
    const context = await given.browser.newContext({ viewport: viewports.desktop });
    context.setDefaultTimeout(timeout);
    const opened = await context.newPage();
    opened.on('pageerror', (error) => given.complaints.push(error.message));
    opened.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) given.complaints.push(message.text());
    });
    await opened.goto(url);
    return opened;
  };
  /** What the simulated ElevenLabs has; a request that it would not accept fails the test. */
  given.elevenLabs = async () => {
    const state = await (await fetch(`${given.stack.contract.elevenlabs}/_simulator/state`)).json();
    assert.deepEqual(state.violations, []);
    const { agents, voices } = state;
    const { voiceId, firstMessage } = agents[0];
    return { ...state, voiceIds: voices.map((voice) => voice.voiceId), agent: `${voiceId} ${firstMessage}` };
  };
  before(async () => {
    [given.stack, given.browser] = await Promise.all([startStack(), startBrowser()]);
    given.page = await given.openPage();
    await given.page.getByText('live', { exact: true }).waitFor();
  });
  beforeEach(() => {
    given.complaints = [];
  });
  after(async () => {
    await given.browser?.close();
    await given.stack?.close();
  });
  return given;
};
