/** The few things of the platform's WebAssembly that are used, typed here because neither the language's library nor the browser's is assumed. */

/** A compiled module: opaque, may be shared. */
export interface CompiledModule {
  readonly [Symbol.toStringTag]?: string;
}

export interface LinearMemory {
  readonly buffer: ArrayBuffer;
}

export interface ModuleInstance {
  readonly exports: Readonly<Record<string, unknown>>;
}

export interface WebAssemblyPlatform {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => CompiledModule;
  readonly Memory: new (limits: { readonly initial: number }) => LinearMemory;
  readonly Instance: new (module: CompiledModule, imports: Readonly<Record<string, Readonly<Record<string, unknown>>>>) => ModuleInstance;
}

/** The platform's WebAssembly, undefined where there is none. */
export function webAssembly(): WebAssemblyPlatform | undefined {
  return (globalThis as { readonly WebAssembly?: WebAssemblyPlatform }).WebAssembly;
}
