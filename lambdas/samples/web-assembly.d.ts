/** The parts of WebAssembly that are used. Node has WebAssembly, but its types do not describe it. */
declare namespace WebAssembly {
  const Module: {
    new (bytes: Uint8Array): Module;
    imports(module: Module): readonly { readonly name: string }[];
  };

  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>);
    readonly exports: Readonly<Record<string, unknown>>;
  }

  class Memory {
    readonly buffer: ArrayBuffer;
  }
}
