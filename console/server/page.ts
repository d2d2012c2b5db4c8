import { join } from 'node:path';
import { build } from 'esbuild';
import type { RouteAnswer } from './answers';

const client = join(__dirname, '..', 'client');

const contentTypes: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Precall console</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/console/assets/main.css" />
    <script type="module" src="/console/assets/main.js"></script>
  </head>
  <body>
    <div id="console"><noscript>The console needs JavaScript.</noscript></div>
  </body>
</html>
`;

/** The page itself. It contains no data, so it needs no token. */
export const page: RouteAnswer = { status: 200, contentType: 'text/html; charset=utf-8', body: html };

/** Scripts and styles by file name. */
export type Assets = ReadonlyMap<string, RouteAnswer>;

/** Bundles the page's scripts and styles. Throws esbuild's error if a source is invalid. */
export const bundleAssets = async (): Promise<Assets> => {
  const { outputFiles } = await build({
    entryPoints: [join(client, 'main.tsx'), join(client, 'audio', 'capture-worklet.ts')],
    entryNames: '[name]',
    outdir: client,
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    tsconfigRaw: {},
    logLevel: 'silent',
  });
  return new Map(
    outputFiles.map(({ path, contents }) => {
      const name = path.slice(client.length + 1);
      const contentType = contentTypes[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
      return [name, { status: 200, contentType, body: Buffer.from(contents) }];
    }),
  );
};
