/** Writes .env.example from the settings and from what the documents say of them: `npm run env:example`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { settingsSchema } from '../lib/settings';
import { localSettings } from '../local/settings';

const root = join(__dirname, '..');
export const envExampleFile = join(root, '.env.example');

/** Whatever starts with these is in the rows of a table: `| NAME | default | meaning |`. */
const meaningsIn = (file: string): ReadonlyMap<string, string> => {
  const rows = readFileSync(join(root, file), 'utf8').matchAll(/^\| `([A-Z_]+)`\s*\|([^|]*)\|(.*)\|$/gm);
  return new Map([...rows].map(([, name = '', , meaning = '']) => [name, plain(meaning)]));
};

const plain = (markdown: string): string =>
  markdown
    .trim()
    .replaceAll('`', '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');

const lines = (
  names: readonly string[],
  defaults: Readonly<Record<string, unknown>>,
  meanings: ReadonlyMap<string, string>,
): string =>
  names.map((name) => `# ${meanings.get(name) ?? ''}`.trimEnd() + `\n#${name}=${textOf(defaults[name])}`).join('\n\n');

const textOf = (value: unknown): string => {
  const text = z.coerce.string().parse(value ?? '');
  return /[\s#"{]/.test(text) ? `'${text}'` : text;
};

/** The whole file: the local stack's own settings, then those of a deployment. */
export const envExample = (): string => {
  const own = Object.keys(localSettings.shape);
  const deployed = Object.keys(settingsSchema.shape).filter((name) => !own.includes(name));
  return [
    '# Copy this file to .env and remove the # before what you want to change. The environment takes precedence.',
    '# "npm start" and "npx precall" read it; "npx cdk" does not.',
    '',
    '# ---- The local stack ----',
    '',
    lines(own, localSettings.parse({}), meaningsIn('docs/LOCAL.md')),
    '',
    '# ---- What is deployed: the same settings as in cdk.json ----',
    '',
    lines(deployed, settingsSchema.parse({}), meaningsIn('docs/SETTINGS.md')),
    '',
  ].join('\n');
};

if (require.main === module) writeFileSync(envExampleFile, envExample());
