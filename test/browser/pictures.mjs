import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { animate } from './apng.mjs';
import { startBrowser } from './browser.mjs';
import { endCall, goTo, makeCall } from './harness.mjs';
import { startStack } from './stack.mjs';

// Makes the pictures of the README and of docs/CONSOLE.md, and the animation of a call: plays calls on a stack of its
// own, and takes what a browser then shows.

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs', 'pictures');
await mkdir(folder, { recursive: true });
const [stack, browser] = await Promise.all([startStack(), startBrowser()]);

const wide = { width: 1080, height: 720 };
const save = (page, name) => page.screenshot({ path: join(folder, `${name}.png`) });
const top = (page) => page.evaluate(() => scrollTo(0, 0));

/** A line at the foot of the page that says what happens. */
const caption = (page, text) =>
  page.evaluate((words) => {
    const id = 'caption';
    const line = document.getElementById(id) ?? document.body.appendChild(document.createElement('div'));
    line.id = id;
    line.textContent = words;
    Object.assign(line.style, {
      position: 'fixed',
      inset: 'auto 0 0 0',
      zIndex: '9',
      padding: '12px',
      background: '#1c1c1a',
      color: '#ffffff',
      font: '600 17px system-ui, sans-serif',
      textAlign: 'center',
    });
  }, text);

/** Scrolls so that this heading stands below the top of the page. */
const showSection = async (page, heading) => {
  const box = await page.getByRole('heading', { name: heading }).boundingBox();
  await page.evaluate((y) => scrollBy(0, y - 110), box.y);
};

const record = async (page) => {
  await goTo(page, 'Make a call');
  await page.getByRole('button', { name: 'Record your voice' }).click();
  await page.waitForFunction(() => /([4-9]|\d\d) s/.test(document.querySelector('.microphone').textContent));
};

const stopRecording = async (page) => {
  await page.getByRole('button', { name: 'Stop recording' }).click();
  await page.getByText('kHz').waitFor();
  await page.getByLabel('Name').fill('Ada');
};

/** The animation: one call from the recording to the agent's own voice. */
const film = async (page) => {
  const frames = [];
  const frame = async (words, ms) => {
    await caption(page, words);
    frames.push({ png: await page.screenshot(), ms });
  };
  await record(page);
  await top(page);
  await frame('A caller is recorded', 1_200);
  await stopRecording(page);
  await frame('Her voice is checked before it is sent', 2_000);
  await showSection(page, '2. The caller');
  await frame('Her name and her consent go with it', 1_800);
  await page.getByRole('button', { name: 'Make the call' }).click();
  await page.getByRole('button', { name: 'End the call' }).waitFor();
  await showSection(page, 'Time line');
  await frame('Pre-call: her voice is cloned and set on the agent', 3_000);
  await showSection(page, 'The agent');
  await frame('The agent greets her by name, in her own voice', 3_000);
  await top(page);
  await page.getByLabel('Transcript').fill('agent: Hello Ada!\ncaller: Is my order ready?\nagent: Yes, at nine.');
  await frame('The call ends', 1_200);
  await endCall(page);
  await page.getByText('Is my order ready?').waitFor();
  await showSection(page, 'Time line');
  await frame('Post-call: the agent gets its own voice back, and the clone is deleted', 3_000);
  await showSection(page, 'The agent');
  await frame('The agent is as it was; the transcript is kept', 3_500);
  await writeFile(join(folder, 'call-animated.png'), animate(frames));
};

const photograph = async (page) => {
  await makeCall(page, { name: 'Grace' });
  await endCall(page);
  await makeCall(page, { name: 'Katherine' });
  await record(page);
  await stopRecording(page);
  await top(page);
  await save(page, 'make-call');
  await makeCall(page, { name: 'Ada' });
  await goTo(page, 'Calls');
  await page.getByRole('row').nth(3).waitFor();
  await save(page, 'calls');
  await page.getByRole('row').nth(1).getByRole('link').click();
  await endCall(page);
  await page.getByText('Is my order ready?').waitFor();
  await top(page);
  await save(page, 'call');
  await page.setViewportSize({ width: 390, height: 760 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await top(page);
  await save(page, 'call-on-a-phone');
};

try {
  const small = await browser.newPage({ viewport: { width: 920, height: 560 } });
  await small.goto(stack.consoleUrl);
  await film(small);
  await small.close();
  const page = await browser.newPage({ viewport: wide });
  await page.goto(stack.consoleUrl);
  await photograph(page);
} finally {
  await browser.close();
  await stack.close();
}
