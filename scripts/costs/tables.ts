import { billedS, type Volume, volumes } from './assumptions';
import { type Counted, counted, memoryMb, type WayName } from './counted';
import { costsOfCalls, costsOfKeeping, firewallCosts, fixedCosts, type Line, sumOf } from './money';
import { type Price, priceList, prices } from './prices';

/** The ways as docs/COSTS.md calls them. */
const ways: readonly { readonly name: WayName; readonly title: string }[] = [
  { name: 'json', title: 'sample in JSON' },
  { name: 'upload', title: 'sample uploaded first' },
  { name: 'recording', title: 'recording stored' },
  { name: 'initiation', title: 'initiation, voice reused' },
  { name: 'threeCx', title: '3CX with greeting' },
];

type Cell = string | number;

/** A table of Markdown; so many of its first columns are text, and what follows are numbers. */
const table = (texts: number, head: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  [head, head.map((_, index) => (index < texts ? '---' : '--:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

const dollars = (usd: number): string => (usd < 1 ? usd.toFixed(3) : usd.toFixed(2));

const perMonth = volumes.map((calls) => `${calls.toLocaleString('en')} calls`);

const operations: readonly (readonly [title: string, of: (one: Counted) => number])[] = [
  ['API Gateway requests', ({ apiRequests }) => apiRequests],
  ['Lambda invocations', ({ invocations }) => Object.values(invocations).reduce((sum, times) => sum + times, 0)],
  ['DynamoDB write units', ({ writeUnits }) => writeUnits],
  ['DynamoDB read units', ({ readUnits }) => readUnits],
  ['S3 writes (PUT, POST, LIST)', ({ s3Writes }) => s3Writes],
  ['S3 reads (GET, HEAD)', ({ s3Reads }) => s3Reads],
  ['SQS requests', ({ sqsRequests }) => sqsRequests],
  ['EventBridge events', ({ busEvents }) => busEvents],
  ['Secrets Manager reads', ({ secretReads }) => secretReads],
  ['logs of the functions, KB', ({ logKb }) => logKb],
  ['sent to ElevenLabs, KB', ({ kbToElevenLabs }) => kbToElevenLabs],
];

const operationsTable = (): string => {
  const rows = operations.map(([title, of]) => [title, ...ways.map(({ name }) => of(counted[name]))]);
  return table(1, ['', ...ways.map(({ title }) => title)], rows);
};

const functionsTable = (): string => {
  const runs = (functionName: string): number[] => ways.map(({ name }) => counted[name].invocations[functionName] ?? 0);
  const rows = Object.entries(memoryMb)
    .filter(([name]) => runs(name).some((times) => times > 0))
    .map(([name, mb]) => [`\`${name}\``, mb, billedS[name] ?? '', ...runs(name)]);
  return table(1, ['function', 'MB', 'seconds', ...ways.map(({ title }) => title)], rows);
};

/** What the calls of a month cost, with what is kept of them. */
const linesOf = (name: WayName, calls: Volume): Line[] => [
  ...costsOfCalls(counted[name], calls),
  ...costsOfKeeping(name, calls),
];

const moneyTable = (): string => {
  const [few, many] = volumes;
  const [ofFew, ofMany] = [linesOf('json', few), linesOf('json', many)];
  const rows = ofMany.map(({ service, reckoned, usd }, index) => [
    service,
    reckoned,
    dollars(ofFew[index]?.usd ?? 0),
    dollars(usd),
  ]);
  const sums = [ofFew, ofMany].map((lines) => `**${dollars(sumOf(lines))}**`);
  return table(2, ['service', 'of a call', ...perMonth], [...rows, ['**all**', '', ...sums]]);
};

const waysTable = (): string => {
  const rows = ways.map(({ name, title }) => [title, ...volumes.map((calls) => dollars(sumOf(linesOf(name, calls))))]);
  return table(1, ['all calls by the way', ...perMonth], rows);
};

const fixedTable = (): string => {
  const lines = fixedCosts();
  const rows = lines.map(({ service, reckoned, usd }) => [service, reckoned, dollars(usd)]);
  const firewall = volumes.map((calls, index) => [
    'a firewall (`WAF_ENABLED`), besides',
    `with ${perMonth[index] ?? ''}`,
    dollars(firewallCosts(counted.json, calls)),
  ]);
  const sum = ['**an installation**', '', `**${dollars(sumOf(lines))}**`];
  return table(2, ['service', 'for', 'a month'], [...rows, sum, ...firewall]);
};

const pricesTable = (): string => {
  const row = ({ usd, per, unit, page, seen }: Price): Cell[] => {
    const amount = per === 1 ? '' : `${per.toLocaleString('en')} `;
    const read = seen === page ? 'there' : seen.replace(/https:\/\/\S+/, (url) => `[${new URL(url).hostname}](${url})`);
    return [`${amount}${unit}`, usd, `[AWS](${page})`, read];
  };
  const head = ['for', 'US dollars', 'price page', `read (${priceList.readAt})`];
  return table(head.length, head, Object.values(prices).map(row));
};

/** The tables of docs/COSTS.md, by the names of their places in it. */
const tables: Readonly<Record<string, () => string>> = {
  operations: operationsTable,
  functions: functionsTable,
  money: moneyTable,
  ways: waysTable,
  fixed: fixedTable,
  prices: pricesTable,
};

/** The document with its tables made anew; each stands between a comment with its name and one that ends it. Throws where one has no place. */
export const withTables = (document: string): string =>
  Object.entries(tables).reduce((text, [name, make]) => {
    const place = new RegExp(`(<!-- ${name}:[^>]*-->\\n)[^]*?(\\n<!-- end -->)`);
    if (!place.test(text)) throw new Error(`docs/COSTS.md has no place for the table ${name}.`);
    return text.replace(place, (_, before: string, after: string) => `${before}\n${make()}\n${after}`);
  }, document);
