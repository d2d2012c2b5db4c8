import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settingsSchema } from '../../lib/settings';

const root = join(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const [section = ''] = read('docs/SETTINGS.md')
  .split('\n## ')
  .filter((part) => part.startsWith('Regions and data residency'));

/** Rows of the table of ElevenLabs' regions: address and source addresses. */
const rows = [...section.matchAll(/^\| [^|]+\| `(https:[^`]+)` +\| (?:`([^`]+)`|as above) +\|/gm)].map(
  ([, url, addresses]) => ({ url: url!, addresses }),
);

describe('the regions in docs/SETTINGS.md', () => {
  it('given the table, then its addresses are settings that can be deployed', () => {
    expect(rows).toHaveLength(5);
    for (const { url, addresses } of rows)
      expect(settingsSchema.safeParse({ ELEVENLABS_API_BASE_URL: url, ELEVENLABS_SOURCE_IPS: addresses }).success).toBe(
        true,
      );
    expect(rows[0]!.url).toBe(settingsSchema.parse({}).ELEVENLABS_API_BASE_URL);
  });

  it('given the source addresses of all rows, then together they are the default', () => {
    const listed = rows.flatMap(({ addresses = '' }) => addresses.split(', ').filter((address) => address !== ''));

    expect(listed.join(', ')).toBe(settingsSchema.parse({}).ELEVENLABS_SOURCE_IPS);
  });

  it.each(['README.md', 'docs/DEPLOYMENT.md', 'docs/SETTINGS.md', 'docs/COSTS.md'])(
    'given the documents that %s links to, then they are there, with what is named of them',
    (name) => {
      const links = [...read(name).matchAll(/\]\((?!https:)([\w./-]*)(?:#([\w-]+))?\)/g)];
      const broken = links.filter(([, path = '', anchor]) => {
        const target = path === '' ? name : join(name.includes('/') ? 'docs' : '', path);
        return !existsSync(join(root, target)) || (anchor !== undefined && !anchorsOf(read(target)).has(anchor));
      });

      expect(links.length).toBeGreaterThan(0);
      expect(broken.map(([link]) => link)).toEqual([]);
    },
  );
});

/** The anchors of a document's headings, as GitHub makes them. */
const anchorsOf = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
      title!
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
