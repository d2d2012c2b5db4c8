/** What is used of WebAssembly, which Node has and its types do not describe. */
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
