import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { test } from 'node:test';
import { endCall, makeCall, useConsole } from './harness.mjs';

const given = useConsole();
const html = '<img src=x onerror="window.hasRun = true"><script>window.hasRun = true</script>';

test('HTML in a name and in a transcript stays text', async () => {
  const { page } = given;
  await makeCall(page, { name: `Eve ${html}` });
  await endCall(page, `caller: ${html}`);
  await page.locator('.transcript').getByText(html).waitFor();

  assert.equal(await page.evaluate(() => window.hasRun), undefined);
  assert.equal(await page.locator('main img, main script').count(), 0);
  assert.deepEqual(given.complaints, []);
});

test('a script that gets into the page all the same does not run, and reaches no other server', async () => {
  const asked = [];
  const other = createServer((request, response) => {
    asked.push(request.url);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(other, 'listening');
  const url = `http://127.0.0.1:${other.address().port}`;
  const ran = await given.page.evaluate(async (address) => {
    const element = document.createElement('div');
    const isRefused = (() => {
      try {
        element.innerHTML = `<img src="${address}/image" onerror="window.hasRun = true">`;
        return false;
      } catch {
        return true;
      }
    })();
    const image = new Image();
    image.src = `${address}/image`;
    const reached = await fetch(`${address}/fetch`, { mode: 'no-cors' }).then(
      () => true,
      () => false,
    );
    return { isRefused, reached, hasRun: window.hasRun };
  }, url);
  assert.deepEqual(ran, { isRefused: true, reached: false, hasRun: undefined });
  assert.deepEqual(asked, []);
  other.close();
  await once(other, 'close');
  assert.ok(given.complaints.length > 0, 'the policy reports nothing');
});

test('without the token, the page says so and has nothing', async () => {
  const id = await makeCall(given.page, { name: 'Secret Person' });
  const stranger = await given.openPage(given.stack.consoleUrl.replace(/#.*/, ''));
  await stranger.getByRole('alert').filter({ hasText: 'Open the one that the terminal shows' }).waitFor();
  for (const view of ['', '/voices', '/agents', `/calls/${id}`, '/settings', '/health']) {
    await stranger.goto(given.stack.consoleUrl.replace(/#.*/, view));
    await stranger.getByRole('alert').first().waitFor();
    const shown = await stranger.locator('body').innerText();
    assert.ok(!/Secret Person|Hallo|agent_def456uvw|sk_local/.test(shown), shown);
  }
  await stranger.context().close();
  await endCall(given.page);
});

test('a page of another origin neither reads nor changes anything, nor frames the console', async () => {
  const other = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(`<title>other</title><iframe src="${given.stack.url}/console"></iframe>`);
  }).listen(0, '127.0.0.1');
  await once(other, 'listening');
  const hostile = await given.openPage(`http://127.0.0.1:${other.address().port}/`);
  const token = new URLSearchParams(new URL(given.stack.consoleUrl).hash.slice(1)).get('token');
  // Even with the token, which such a page cannot know.
  const outcomes = await hostile.evaluate(
    async ({ api, token: known }) => {
      const attempt = (path, init) =>
        fetch(`${api}/${path}`, init).then(
          (response) => `${response.type} ${response.status}`,
          () => 'refused',
        );
      return [
        await attempt('agents', { headers: { 'x-console-token': known } }),
        await attempt('pause', { method: 'POST', headers: { 'x-console-token': known }, body: '{}' }),
        await attempt('pause', { method: 'POST', mode: 'no-cors', body: '{}' }),
      ];
    },
    { api: `${given.stack.url}/console/api`, token },
  );
  assert.deepEqual(outcomes, ['refused', 'refused', 'refused']);
  assert.equal(hostile.frames().filter((frame) => frame.url().includes('/console')).length, 0);
  await hostile.context().close();
  other.closeAllConnections();
  other.close();
  const health = await fetch(`${given.stack.url}/console/api/health`, { headers: { 'x-console-token': token } });
  assert.equal((await health.json()).pausedSinceMs, undefined);
});

test('under another name of this machine, nothing is served', async () => {
  const { port } = new URL(given.stack.url);
  const stranger = await given.openPage(`http://precall.localhost:${port}/console`);
  await stranger.getByText('This console answers to 127.0.0.1 only.').waitFor();
  await stranger.context().close();
});

test('personal data are hidden when they are switched off, from the server on', async () => {
  const { page } = given;
  await makeCall(page, { name: 'Hidden Person' });
  await page.getByText('Hallo Hidden Person').first().waitFor();
  await page.getByLabel('Personal data').uncheck();
  await page.getByText('hidden', { exact: true }).waitFor();
  await page.getByText('Hallo Hidden Person').first().waitFor({ state: 'detached' });
  assert.ok(!(await page.locator('body').innerText()).includes('Hidden Person'));
  await endCall(page);
  await page.getByText('Transcript and recording are personal data.').waitFor();
  await page.getByLabel('Personal data').check();
  await page.locator('.transcript').waitFor();
});
