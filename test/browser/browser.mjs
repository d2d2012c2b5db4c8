import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sparticuz from '@sparticuz/chromium';
import { chromium } from 'playwright-core';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** What the fake microphone hears, again and again. */
export const microphoneFile = join(root, 'events', 'samples', 'caller.wav');

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** `CHROMIUM_PATH`, else an installed Chromium, else the one that a package ships. */
const findChromium = async () => {
  const named = process.env.CHROMIUM_PATH ?? '';
  if (named !== '') return { path: named, args: [] };
  const found = installed.find((path) => existsSync(path));
  if (found !== undefined) return { path: found, args: [] };
  // In one process, the browser ends when a page does.
  const args = sparticuz.args.filter((arg) => !/single-process|disable-web-security|headless/.test(arg));
  return { path: await sparticuz.executablePath(), args };
};

/** Starts a browser with a fake microphone that needs nobody's permission. */
export const startBrowser = async () => {
  const { path, args } = await findChromium();
  return chromium.launch({
    executablePath: path,
    args: [
      ...args,
      '--no-sandbox',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${microphoneFile}`,
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
};
