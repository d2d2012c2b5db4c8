import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';

/** Packages that are loaded only when needed. They are not bundled, so that Node finds them next to the function. */
const lazyPackages = ['mpg123-decoder', 'opus-decoder'];
/** The files needed of each package: what Node resolves it by, and the file with the WebAssembly. All are unchanged. */
const lazyFiles = ['package.json', 'index.js', join('src', 'EmscriptenWasm.js')];

const root = join(__dirname, '..');
const functions = join(root, 'lambdas', 'functions');

/** Path to which source maps are relative. Nothing is written there. */
const nominalOutput = join(root, 'bundles');
const entry = 'handler.ts';

let made: string | undefined;

/**
 * Returns the folder with a function's bundle: `index.js`, its source map, and the decoders if it uses them. The first
 * call bundles all functions, because one esbuild run takes a sixth of the time of separate runs. The bundles are
 * deleted when this process ends, after the CDK has copied them. Equal sources give equal bytes in any checkout, so
 * deploying from another machine changes nothing. Throws esbuild's errors.
 */
export const bundleOf = (folder: string): string => join((made ??= bundleAll()), folder);

const options = {
  // The SDK is bundled so that the tested version runs; it also starts faster than the runtime's copy.
  bundle: true,
  platform: 'node',
  format: 'cjs',
  mainFields: ['module', 'main'],
  target: 'node22',
  minify: true,
  logLevel: 'warning',
  absWorkingDir: root,
} satisfies BuildOptions;

const bundleAll = (): string => {
  const output = mkdtempSync(join(tmpdir(), 'precall-bundles-'));
  process.once('exit', () => rmSync(output, { recursive: true, force: true }));
  const folders = readdirSync(functions, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(join('/', entry)))
    .map((file) => file.slice(0, -entry.length - 1));
  const { outputFiles, metafile } = buildSync({
    ...options,
    entryPoints: Object.fromEntries(folders.map((folder) => [join(folder, 'index'), join(functions, folder, entry)])),
    outdir: nominalOutput,
    write: false,
    external: lazyPackages,
    keepNames: true,
    sourcemap: 'external',
    metafile: true,
  });
  for (const { path, contents } of outputFiles) {
    const file = join(output, relative(nominalOutput, path));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, contents);
  }
  for (const folder of folders) {
    const { imports = [] } = metafile.outputs[relative(root, join(nominalOutput, folder, 'index.js'))] ?? {};
    for (const name of lazyPackages.filter((lazy) => imports.some(({ path }) => path === lazy)))
      copyLazy(name, join(output, folder, 'node_modules', name));
  }
  return output;
};

const copyLazy = (name: string, folder: string): void => {
  for (const file of lazyFiles) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(join(dirname(require.resolve(name)), file), join(folder, file));
  }
};
