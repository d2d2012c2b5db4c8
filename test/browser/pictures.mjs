import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBrowser } from './browser.mjs';
import { startStack } from './stack.mjs';

// Makes the pictures of docs/CONSOLE.md: plays calls on a stack of its own, and takes what a browser then shows.

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs', 'pictures');
await mkdir(folder, { recursive: true });
const [stack, browser] = await Promise.all([startStack(), startBrowser()]);
try {
  const page = await browser.newPage({ viewport: { width: 1080, height: 720 } });
  const save = (name) => page.screenshot({ path: join(folder, `${name}.png`) });
  const goTo = (view) => page.getByRole('navigation').getByRole('link', { name: view, exact: true }).click();
  await page.goto(stack.consoleUrl);
  for (const name of ['Grace', 'Katherine', 'Ada']) {
    await goTo('Make a call');
    await page.getByLabel('Name').fill(name);
    if (name === 'Ada') {
      await page.getByRole('button', { name: 'Record your voice' }).click();
      await page.waitForFunction(() => /([4-9]|\d\d) s/.test(document.querySelector('.microphone').textContent));
      await page.getByRole('button', { name: 'Stop recording' }).click();
      await page.getByText('kHz').waitFor();
      await page.evaluate(() => scrollTo(0, 0));
      await save('make-call');
    }
    await page.getByRole('button', { name: 'Make the call' }).click();
    await page.getByRole('button', { name: 'End the call' }).waitFor();
    if (name === 'Grace') await page.getByRole('button', { name: 'End the call' }).click();
    if (name === 'Grace') await page.getByText('all work on this call is done').waitFor();
  }
  await goTo('Calls');
  await page.getByRole('row').nth(3).waitFor();
  await save('calls');
  await page.getByRole('row').nth(1).getByRole('link').click();
  await page.getByRole('button', { name: 'End the call' }).click();
  await page.getByText('all work on this call is done').waitFor();
  await page.getByText('Is my order ready?').waitFor();
  await page.evaluate(() => scrollTo(0, 0));
  await save('call');
  await page.setViewportSize({ width: 390, height: 760 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.evaluate(() => scrollTo(0, 0));
  await save('call-on-a-phone');
} finally {
  await browser.close();
  await stack.close();
}
