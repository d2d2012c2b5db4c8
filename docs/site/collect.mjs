/** Copies the Markdown of the repository to `content/`, named as the site needs it. */
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const here = import.meta.dirname;
const root = join(here, '..', '..');
const content = join(here, 'content');

/** GitHub shows a folder's README.md, the site its index.md. Folders with a dot in front are not published. */
const published = (path) => path.replace(/(^|\/)README\.md$/, '$1index.md').replace('.github/', 'policies/');

const files = globSync(['*.md', 'docs/*.md', 'docs/{adr,guides}/*.md', '.github/SECURITY.md'], { cwd: root });

rmSync(content, { recursive: true, force: true });
for (const file of files) {
  const target = join(content, published(file));
  mkdirSync(dirname(target), { recursive: true });
  const text = readFileSync(join(root, file), 'utf8');
  writeFileSync(
    target,
    text.replaceAll(/\]\(([^)\s:]+\.md)(#[^)\s]*)?\)/g, (_, path, anchor = '') => `](${published(path)}${anchor})`),
  );
}
mkdirSync(join(content, 'public', 'docs'), { recursive: true });
cpSync(join(root, 'docs', 'pictures'), join(content, 'docs', 'pictures'), { recursive: true });
cpSync(join(root, 'docs', 'openapi.json'), join(content, 'public', 'docs', 'openapi.json'));
