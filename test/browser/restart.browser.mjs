import { test } from 'node:test';
import { makeCall, useConsole } from './harness.mjs';
import { startStack } from './stack.mjs';

const given = useConsole();

test('a stack that stops and comes back: the page says so, and goes on at its new address', async () => {
  const { page } = given;
  const id = await makeCall(page);
  const { port } = new URL(given.stack.url);
  await given.stack.close();
  await page
    .getByRole('alert')
    .filter({ hasText: /stopped|does not answer|lost/ })
    .first()
    .waitFor();
  await page.getByRole('heading', { name: id }).waitFor();
  given.stack = await startStack({ PORT: port });
  await page.getByRole('alert').filter({ hasText: 'Open the one that the terminal shows' }).first().waitFor();

  await page.goto(given.stack.consoleUrl);
  await page.getByText('No calls in the last 24 hours').waitFor();
  await makeCall(page, { name: 'Again' });
});
