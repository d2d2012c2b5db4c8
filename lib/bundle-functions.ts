import { copyFileSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build, type BuildOptions, type Metafile, type Plugin } from 'esbuild';

/** Packages that functions load when needed, from files of their own: starting a function does not read them. */
const lazyPackages = {
  /** Copied unchanged: what Node resolves the package by, and the file with the WebAssembly. */
  copied: ['mpg123-decoder', 'opus-decoder'],
  /** Bundled into one file each. */
  bundled: ['music-metadata'],
};
const copiedFiles = ['package.json', 'index.js', join('src', 'EmscriptenWasm.js')];

const root = join(__dirname, '..');
const functions = join(root, 'lambdas', 'functions');

/** Path to which source maps are relative. Nothing is written there. */
const nominalOutput = join(root, 'bundles');
const entry = 'handler.ts';

/**
 * Leaves a module out where `import()` imports it. esbuild would wrap the module and all that it imports in functions:
 * nothing unused is removed from them, and Node parses their code twice.
 */
const withoutDynamic = (name: string, filter: RegExp): Plugin => ({
  name,
  setup: (esbuild) =>
    esbuild.onResolve({ filter }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    ),
});

/**
 * Writes the names into an SDK client's schemas that they otherwise take from constants: `{ [_hQ]: _uI }`. esbuild
 * keeps an object with such a key even if nothing uses it, so all schemas of S3 would be in every bundle.
 */
const namedSchemaKeys: Plugin = {
  name: 'named-schema-keys',
  setup: (esbuild) =>
    esbuild.onLoad({ filter: /[\\/]@aws-sdk[\\/]client-[^\\/]+[\\/]dist-es[\\/]schemas[\\/]/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8');
      const names = new Map([...source.matchAll(/^const (_\w+) = (".*");$/gm)].map(([, key, name]) => [key, name]));
      const contents = source.replace(/\[(_\w+)\](?=:)/g, (key, constant: string) => names.get(constant) ?? key);
      return { contents, loader: 'js', resolveDir: dirname(path) };
    }),
};

/** Replaces the content of matching modules. */
const replacing = (name: string, filter: RegExp, contents: string): Plugin => ({
  name,
  setup: (esbuild) => esbuild.onLoad({ filter }, ({ path }) => ({ contents, loader: 'js', resolveDir: dirname(path) })),
});

const plugins = [
  // Error messages in 50 languages, of which functions use one.
  replacing('one-locale', /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/, "export { default as en } from './en.js';"),
  // Lambda passes credentials in the environment. The SDK's other sources make up a tenth of a bundle.
  replacing(
    'credentials-from-environment',
    /[\\/]credential-provider-node[\\/]dist-es[\\/]index\.js$/,
    "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
  ),
  // No operation that Precall calls streams events. Their import would wrap the SDK's whole core.
  withoutDynamic('without-event-streams', /^@smithy\/core\/event-streams$/),
  namedSchemaKeys,
];

const options = {
  // The SDK is bundled so that the tested version runs; it also starts faster than the runtime's copy.
  bundle: true,
  platform: 'node',
  format: 'cjs',
  mainFields: ['module', 'main'],
  target: 'node22',
  minify: true,
  // The SDK's `import('node:http')` reads every export of that module. One of them loads Node's fetch, in 20 ms.
  supported: { 'dynamic-import': false },
  logLevel: 'warning',
  absWorkingDir: root,
  outdir: nominalOutput,
  write: false,
  sourcemap: 'external',
  metafile: true,
  plugins,
} satisfies BuildOptions;

/** The name of the file, beside the bundles, with esbuild's description of all bundles. */
const metafileName = 'metafile.json';

/** Bundles all functions into folders below `output`. Throws esbuild's errors. */
const bundleFunctions = async (output: string): Promise<void> => {
  const folders = readdirSync(functions, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(join('/', entry)))
    .map((file) => file.slice(0, -entry.length - 1));
  const { copied, bundled } = lazyPackages;
  const [handlers, lazy] = await Promise.all([
    build({
      ...options,
      entryPoints: Object.fromEntries(folders.map((folder) => [join(folder, 'index'), join(functions, folder, entry)])),
      external: [...copied, ...bundled],
    }),
    build({ ...options, entryPoints: bundled, sourcemap: false }),
  ]);
  for (const { path, contents } of handlers.outputFiles) write(join(output, relative(nominalOutput, path)), contents);
  write(join(output, metafileName), JSON.stringify(handlers.metafile));
  for (const folder of folders) {
    const needs = importsOf(handlers.metafile, folder);
    const modules = join(output, folder, 'node_modules');
    for (const name of copied.filter((each) => needs.has(each))) copyPackage(name, join(modules, name));
    for (const name of bundled.filter((each) => needs.has(each))) {
      const file = lazy.outputFiles.find(({ path }) => path === join(nominalOutput, `${name}.js`));
      write(join(modules, name, 'index.js'), file?.contents ?? '');
    }
  }
};

const importsOf = ({ outputs }: Metafile, folder: string): ReadonlySet<string> => {
  const { imports = [] } = outputs[relative(root, join(nominalOutput, folder, 'index.js'))] ?? {};
  return new Set(imports.map(({ path }) => path));
};

const write = (file: string, contents: string | Uint8Array): void => {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, contents);
};

const copyPackage = (name: string, folder: string): void => {
  for (const file of copiedFiles) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(join(dirname(require.resolve(name)), file), join(folder, file));
  }
};

void bundleFunctions(process.argv[2] ?? '');
