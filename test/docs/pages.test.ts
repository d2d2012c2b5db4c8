import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { anchorsOf, linksOf } from '../support/links';

const root = join(__dirname, '..', '..');
const isOwn = (name: string): boolean => !/node_modules|^docs\/site\//.test(name);
const filesOf = (patterns: string[]): string[] => globSync(patterns, { cwd: root }).filter(isOwn).sort();
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

const documents = filesOf(['*.md', 'docs/**/*.md', '.github/**/*.md', 'events/**/*.md', 'bench/**/*.md']);
const pages = filesOf(['CONTRIBUTING.md', 'AGENTS.md', '.github/SECURITY.md', 'docs/*.md', 'docs/guides/*.md']);

/** Why a link leads nowhere; undefined for one that is alive. */
const faultOf = (file: string, { path, anchor }: ReturnType<typeof linksOf>[number]): string | undefined => {
  const target = path === '' ? file : normalize(join(dirname(file), decodeURI(path)));
  if (!existsSync(join(root, target))) return `${path} does not exist`;
  if (anchor === undefined || !statSync(join(root, target)).isFile()) return undefined;
  return anchorsOf(read(target)).has(anchor) ? undefined : `${path} has no heading for #${anchor}`;
};

/** What mentions pages by path and heading: comments, messages, alarms, workflows and what is generated. */
const sources = filesOf([
  '{bench,bin,cli,console,lambdas,lib,local,scripts,test}/**/*.{ts,tsx,mjs,cjs}',
  '.github/**/*.yml',
  'docs/*.json',
  '.env.example',
]);

/** The pages that a source mentions. An anchor that the code puts together is no part of them. */
const mentionsIn = (source: string): ReturnType<typeof linksOf> =>
  [...source.matchAll(/\bdocs\/([\w/-]+\.md)(?:#([\w-]+))?/g)].map(([, path, anchor]) => ({ path: path!, anchor }));

describe('the links of the documents', () => {
  it.each(documents)('given %s, then each leads to a file and a heading that exist', (file) => {
    const faults = linksOf(read(file)).map((link) => faultOf(file, link));

    expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
  });

  it('given a dead link, then it is found, also when a heading is repeated', () => {
    const markdown = '## One, two\n## One, two\n[a](#one-two-1) [b](#one-two-2) `[c](#code)`';
    const dead = linksOf(markdown).filter(({ anchor = '' }) => !anchorsOf(markdown).has(anchor));

    expect(dead).toEqual([{ path: '', anchor: 'one-two-2' }]);
  });

  it('given the pages that sources and messages mention, then each exists, with the heading that they name', () => {
    const mentions = sources.flatMap((file) => mentionsIn(read(file)).map((link) => ({ file, link })));
    const faults = mentions.flatMap(({ file, link }) => {
      const fault = faultOf('docs/README.md', link);
      return fault === undefined ? [] : [`${file}: ${fault}`];
    });

    expect(mentions.filter(({ link }) => link.anchor !== undefined).length).toBeGreaterThan(3);
    expect(faults).toEqual([]);
  });

  it('given a message with a page or a heading that does not exist, then it is found', () => {
    const [page, heading] = ['NO_PAGE.md', 'README.md#no-heading'].map((name) => mentionsIn(`See docs/${name}.`)[0]!);

    expect(faultOf('docs/README.md', page!)).toBe('NO_PAGE.md does not exist');
    expect(faultOf('docs/README.md', heading!)).toBe('README.md has no heading for #no-heading');
  });
});

describe('the pages', () => {
  it.each(pages)('given %s, then its first sentence says what the reader will be able to do', (file) => {
    const [, first = ''] = /^# .+\n\n((?:.+\n)+)/.exec(read(file)) ?? [];

    expect(first).toMatch(
      /^(?:After this (?:page|guide)|With this page,?|On this page|From here|This page (?:lets|shows|tells)|.*\bwhat you can\b)/,
    );
  });

  it('given the start page, then it leads to each page and guide', () => {
    const linked = linksOf(read('docs/README.md')).map(({ path }) => normalize(join('docs', path)));
    const expected = filesOf(['docs/*.md', 'docs/guides/*.md', 'docs/adr/*.md', 'CONTRIBUTING.md']);

    expect(expected.filter((file) => file !== 'docs/README.md' && !linked.includes(file))).toEqual([]);
  });

  it('given the menu of the site, then it has each page and guide, and its packages name no registry', () => {
    const config = read('docs/site/.vitepress/config.mjs');
    const expected = filesOf(['docs/*.md', 'docs/guides/*.md']).filter((file) => file !== 'docs/README.md');
    const inMenu = (file: string) => config.includes(`'${file.replace(/^docs\//, '').replace(/\.md$/, '')}'`);

    expect(expected.filter((file) => !inMenu(file))).toEqual([]);
    expect(read('docs/site/package-lock.json')).not.toContain('"resolved"');
  });

  it('given README.md, then it is short', () => {
    expect(read('README.md').split('\n').length).toBeLessThanOrEqual(151);
  });

  it('given their pictures, then each is shown somewhere, and is small enough to load at once', () => {
    const shown = documents.flatMap((file) =>
      linksOf(read(file)).map(({ path }) => normalize(join(dirname(file), path))),
    );
    const pictures = filesOf(['docs/pictures/*']);

    expect(pictures.filter((file) => !shown.includes(file))).toEqual([]);
    expect(pictures.filter((file) => statSync(join(root, file)).size > 500_000)).toEqual([]);
  });
});
