import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startBrowser } from './browser.mjs';
import { endCall, goTo, makeCall, openView, viewports, views } from './harness.mjs';
import { startStack } from './stack.mjs';

// Photographs every view, empty and with calls, wide and narrow, light and dark, for a person to look at:
// node test/browser/every-view.mjs <folder>

const [, , folder = '.local/views'] = process.argv;
await mkdir(folder, { recursive: true });
const number = '+31612345001';

const [stack, browser] = await Promise.all([startStack(), startBrowser()]);

const photograph = async (page, name) => {
  for (const [width, viewport] of Object.entries(viewports))
    for (const colorScheme of ['light', 'dark']) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await page.evaluate(() => scrollTo(0, 0));
      await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
    }
  await page.setViewportSize(viewports.desktop);
};

const everyView = async (page, prefix, shown) => {
  for (const view of shown) {
    await openView(page, view);
    if (view === 'Callers') {
      await page.getByLabel('Number').fill(number);
      await page.getByRole('button', { name: 'Find' }).click();
      await page.getByText('Consent', { exact: true }).or(page.getByText('Nothing is known')).waitFor();
    }
    await photograph(page, `${prefix}-${view.replaceAll(' ', '-').toLowerCase()}`);
  }
};

/** A refused call, a call that is over, and two that overlap on one agent. */
const makeCalls = async (page) => {
  await goTo(page, 'Make a call');
  await page.getByRole('button', { name: 'No slot is left for a voice' }).click();
  await page.getByText('Waiting for a request').waitFor();
  await page.getByRole('button', { name: 'Make the call' }).click();
  await page.locator('.notice-problem').first().waitFor();
  await photograph(page, 'refused');
  await makeCall(page, { name: 'Grace' });
  await endCall(page);
  await photograph(page, 'ended-call');
  await makeCall(page, { name: 'Katherine' });
  await makeCall(page, { name: 'Ada', number });
  await goTo(page, 'Make a call');
  await page.getByRole('button', { name: 'Record your voice' }).click();
  await page.waitForFunction(() => /([4-9]|\d\d) s/.test(document.querySelector('.microphone').textContent));
  await page.getByRole('button', { name: 'Stop recording' }).click();
  await page.getByText('kHz').waitFor();
};

try {
  const page = await browser.newPage({ viewport: viewports.desktop });
  page.setDefaultTimeout(60_000);
  await page.goto(stack.consoleUrl);
  await page.getByText('No calls in the last 24 hours').waitFor();
  await everyView(
    page,
    'empty',
    views.filter((view) => view !== 'call'),
  );
  await makeCalls(page);
  await everyView(page, 'full', views);
  await goTo(page, 'Voices');
  await page.getByRole('button', { name: 'Delete' }).first().click();
  await photograph(page, 'question');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await goTo(page, 'Make a call');
  await page.getByRole('button', { name: 'Let 24 hours pass' }).click();
  await page.getByText('24 h passed.').waitFor({ timeout: 600_000 });
  await photograph(page, 'a-day-later');
  await everyView(page, 'later', ['Calls', 'Voices', 'Agents']);
  const stranger = await browser.newPage({ viewport: viewports.desktop });
  await stranger.goto(stack.consoleUrl.replace(/#.*/, ''));
  await stranger.getByRole('alert').first().waitFor();
  await photograph(stranger, 'without-token');
} finally {
  await browser.close();
  await stack.close();
}
