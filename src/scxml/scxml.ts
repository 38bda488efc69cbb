import type { QuickJSWASMModule } from 'quickjs-emscripten-core'
import { HoldfastError } from '../core/index.ts'
import { type Machine, machineOf } from '../statechart/index.ts'
import { readDocument } from './document.ts'
import type { ScxmlOptions, ScxmlReader, ScxmlTypes } from './reader.ts'
import { type EngineSource, Sandbox } from './sandbox.ts'
import { type Element, type ParserOf, parseXml } from './xml.ts'

/**
 * Loads what reading SCXML needs: the packages `saxes`, `quickjs-emscripten-core` and `@jitl/quickjs-wasmfile-release-sync`.
 * @throws unavailable when one of them is not installed
 */
export async function loadScxml(): Promise<ScxmlReader> {
  const { SaxesParser } = await installed(() => import('saxes'))
  const { newQuickJSWASMModuleFromVariant } = await installed(() => import('quickjs-emscripten-core'))
  const make = () => newQuickJSWASMModuleFromVariant(installed(() => import('@jitl/quickjs-wasmfile-release-sync')))
  return new SandboxedReader(() => new SaxesParser(), new Sandbox(spares(await make(), make)))
}

/** An engine is made asynchronously and needed at once: one is always kept ready. */
function spares(first: QuickJSWASMModule, make: () => Promise<QuickJSWASMModule>): EngineSource {
  let spare: QuickJSWASMModule | undefined = first
  return () => {
    const taken = spare
    if (taken === undefined) {
      throw new HoldfastError(
        'unavailable',
        'Documents ran out of memory twice at once; a new sandbox is being made, try again',
        { reason: 'busy' },
      )
    }
    spare = undefined
    // A failure leaves no spare, which the next call says.
    make().then(
      (made) => {
        spare = made
      },
      () => {},
    )
    return taken
  }
}

async function installed<Module>(load: () => Promise<Module>): Promise<Module> {
  return load().catch((error: unknown) => {
    throw new HoldfastError(
      'unavailable',
      'Reading SCXML needs packages that are not installed: npm install saxes quickjs-emscripten-core @jitl/quickjs-wasmfile-release-sync',
      { reason: 'engine' },
      { cause: error },
    )
  })
}

class SandboxedReader implements ScxmlReader {
  readonly #parserOf: ParserOf
  readonly #sandbox: Sandbox

  constructor(parserOf: ParserOf, sandbox: Sandbox) {
    this.#parserOf = parserOf
    this.#sandbox = sandbox
  }

  read(text: string, { load = () => undefined }: ScxmlOptions = {}): Machine<ScxmlTypes> {
    const parse = (xml: string): Element => parseXml(xml, this.#parserOf)
    return machineOf(readDocument(parse(text), this.#sandbox, { load, parse }))
  }

  [Symbol.dispose](): void {
    this.#sandbox.dispose()
  }
}
