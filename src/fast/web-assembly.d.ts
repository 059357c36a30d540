/** What string-end.ts needs of WebAssembly; TypeScript declares it only together with the browser (WebAssembly JavaScript Interface 2.0). */
declare namespace WebAssembly {
  class Memory {
    constructor(size: { readonly initial: number });
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, Memory>>>>);
    readonly exports: Readonly<Record<string, ((...numbers: number[]) => number) | undefined>>;
  }
}
