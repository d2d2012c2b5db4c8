import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sparticuz, { inflate } from '@sparticuz/chromium';
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
  return { path: await bundledChromium(), args };
};

/** The Chromium of the package, with the libraries that it brings for machines that lack them. */
const bundledChromium = async () => {
  const path = await sparticuz.executablePath();
  if (spawnSync(path, ['--version']).status === 0) return path;
  await inflate(fileURLToPath(new URL('../bin/al2023.tar.br', import.meta.resolve('@sparticuz/chromium'))));
  process.env.LD_LIBRARY_PATH = join(tmpdir(), 'al2023', 'lib');
  return path;
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
