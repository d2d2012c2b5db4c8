import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

/** A running decoder. Its memory belongs to only one recording. */
export interface RunningDecoder {
  readonly memory: WebAssembly.Memory;
  /** Calls a function by its C name. Pointers are offsets in the memory. */
  readonly call: (name: string, ...parameters: readonly number[]) => number;
}

/** A compiled decoder, with the short names that its compiler gave to imports and exports. */
interface DecoderModule {
  readonly module: WebAssembly.Module;
  /** The short name of each exported function and of the memory, by its C name. */
  readonly exported: ReadonlyMap<string, string>;
  /** The C name of each imported function, by its short name. */
  readonly imported: ReadonlyMap<string, string>;
}

/** The compiled decoders of this process. Compiling one costs some milliseconds. */
const compiled = new Map<string, DecoderModule>();

/**
 * Starts a decoder from the package whose resolved entry is `packageEntry`. Reads the WebAssembly from the package's
 * file without running its JavaScript, whose promises never settle if WebAssembly fails. Runs synchronously. Throws if
 * the package has another form, or if WebAssembly throws.
 */
export const startDecoder = (packageEntry: string): RunningDecoder => {
  const { module, exported, imported } = compiled.get(packageEntry) ?? compile(packageEntry);
  const imports = WebAssembly.Module.imports(module).map(({ name }) => [name, importOf(imported.get(name))] as const);
  const { exports } = new WebAssembly.Instance(module, { a: Object.fromEntries(imports) });
  const memory = exports[exported.get('wasmMemory') ?? ''];
  if (!(memory instanceof WebAssembly.Memory)) throw new Error('The decoder has no memory.');
  const call = (name: string, ...parameters: readonly number[]): number => {
    const callee = exports[exported.get(name) ?? ''];
    if (typeof callee !== 'function') throw new Error(`The decoder has no ${name}.`);
    return Number(Reflect.apply(callee, undefined, parameters));
  };
  call('initRuntime');
  return { memory, call };
};

/** Returns an import by its C name: the cosine, or a function that throws, because all others end the decoding. */
const importOf = (name: string | undefined) =>
  name === '_emscripten_math_cos'
    ? Math.cos
    : (): never => {
        throw new Error(`The decoder called the function ${name}, which it does not get.`);
      };

/** The module is the only raw template in the file. */
const encodedModule = /^(?<before>.*)String\.raw`(?<text>[^`]*)`(?<after>.*)$/s;
const exportedFunction = /(?<name>\w+) = wasmExports\["(?<short>\w+)"\]/g;
const importedFunction = /"(?<short>\w+)": (?<name>_\w+)/g;

const compile = (packageEntry: string): DecoderModule => {
  const source = readFileSync(join(dirname(packageEntry), 'src', 'EmscriptenWasm.js'), 'utf8');
  const { before = '', text = '', after = '' } = encodedModule.exec(source)?.groups ?? {};
  const code = before + after;
  const exported = new Map<string, string>();
  for (const { groups } of code.matchAll(exportedFunction))
    exported.set(groups?.['name'] ?? '', groups?.['short'] ?? '');
  exported.set('initRuntime', /^\s*wasmExports\["(\w+)"\]\(\)/m.exec(code)?.[1] ?? '');
  const imported = new Map<string, string>();
  for (const { groups } of code.matchAll(importedFunction))
    imported.set(groups?.['short'] ?? '', groups?.['name'] ?? '');
  const decoder = { module: new WebAssembly.Module(inflateRawSync(decodeText(text))), exported, imported };
  compiled.set(packageEntry, decoder);
  return decoder;
};

const header = /^dynEncode01([0-9a-f]{2})[0-9a-f]{8}/;
const escape = 0x3d;
const escapedBy = 64;

/** @see https://github.com/eshaz/simple-yenc#dynencode Every byte is a character, moved by an offset in the header. */
const decodeText = (text: string): Uint8Array => {
  const [start, offset] = header.exec(text) ?? [];
  if (start === undefined || offset === undefined)
    throw new Error('The decoder module has an encoding that is not supported.');
  const encoded = Buffer.from(text.slice(start.length), 'latin1');
  const shift = Number.parseInt(offset, 16);
  let length = 0;
  let isEscaped = false;
  for (const byte of encoded) {
    if (byte === escape && !isEscaped) {
      isEscaped = true;
      continue;
    }
    encoded[length] = byte - shift - (isEscaped ? escapedBy : 0);
    length += 1;
    isEscaped = false;
  }
  return encoded.subarray(0, length);
};
