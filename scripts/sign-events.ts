import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { readJsonObject } from '../cli/read-input';
import { isProxyEvent } from '../cli/sign-proxy-event';
import { type LocalSettings, readLocalSettings } from '../local/settings';
import { renewEvent } from './invoke/renew-event';
import { localSecrets } from './invoke/secret-values';

const events = join(__dirname, '..', 'events');

/** What is stored fits every machine: neither this one's environment nor its `.env` counts. */
const defaultSettings = (): LocalSettings => {
  process.env = {};
  process.chdir(events);
  return readLocalSettings();
};

/** `npm run events:sign`: signs stored API Gateway events with the local stack's default secrets, in place. */
const main = async (folder: string): Promise<void> => {
  const secrets = localSecrets(defaultSettings());
  const style = await resolveConfig(join(events, 'any.json'));
  const now = new Date();
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  for (const file of files) {
    const path = join(folder, file);
    const event = readJsonObject(path, await readFile(path));
    if (!isProxyEvent(event)) continue;
    const text = JSON.stringify(renewEvent(event, secrets, now), undefined, 2);
    await writeFile(path, await format(text, { ...style, parser: 'json' }));
    process.stdout.write(`signed ${file}\n`);
  }
};

void main(resolve(process.argv[2] ?? events));
