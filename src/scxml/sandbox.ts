import type { QuickJSContext, QuickJSHandle, QuickJSRuntime, QuickJSWASMModule } from 'quickjs-emscripten-core'
import { HoldfastError, type Json } from '../core/index.ts'
import { PRELUDE } from './prelude.ts'
import type { Data } from './session.ts'

/** What a document's code may use: it is somebody else's. */
const MEMORY = 32 * 1024 * 1024
const STACK = 256 * 1024

/** QuickJS asks every 10,000 branches or so whether to go on; this often it may. The count is the same on every machine, a clock is not. */
const TURNS = 100

/** What all code of one step may take together, in such turns; a call itself, with what it hands in and out, costs a share of one. */
const STEP_TURNS = 1000
const CALL = 1 / 200

/** Gives a fresh instance of the engine, each time it is asked. */
export type EngineSource = () => QuickJSWASMModule

/** What runs code at the moment: thrown away as a whole when memory ran out, because QuickJS does not recover from that reliably. */
interface Engine {
  readonly runtime: QuickJSRuntime
  context: QuickJSContext
  bridge: QuickJSHandle
}

/**
 * ECMAScript apart from the host: QuickJS compiled to WebAssembly, which sees nothing but what is handed in. Time, memory and stack are
 * bounded.
 */
export class Sandbox {
  readonly #source: EngineSource
  #engine: Engine | undefined
  #turns = 0
  /** Turns of the step so far. */
  #spent = 0
  /** Answers `In(id)`. */
  isIn: (id: string) => boolean = () => false

  constructor(source: EngineSource) {
    this.#source = source
  }

  /** True while there is nothing in it that could be used: at first, after memory ran out, and when a step took too much. */
  get isEmpty(): boolean {
    return this.#engine === undefined || this.#spent > STEP_TURNS
  }

  /** To be called as a step begins. */
  renew(): void {
    this.#spent = 0
  }

  /** Begins anew: nothing of what ran before is left. */
  reset(system: Data, data: Data): void {
    const { runtime, context, bridge } = this.#engine ?? {}
    const isFreed = attempt(() => {
      bridge?.dispose()
      context?.dispose()
    })
    this.#begin((isFreed ? runtime : undefined) ?? this.#newRuntime())
    this.#call('system', JSON.stringify(system))
    this.#call('load', JSON.stringify(data))
  }

  /** All global values that scripts and data declared. */
  dump(): Data {
    return JSON.parse(this.#call('dump')) as Data
  }

  /** @throws what the code throws, as an error of the host */
  run(code: string): void {
    this.#evaluate(code).dispose()
  }

  /** The value of an expression, as tagged JSON. */
  value(expression: string): Json {
    const handle = this.#evaluate(`(${bare(expression)}\n)`)
    return JSON.parse(this.#given([handle], () => this.#callWith('encode', handle))) as Json
  }

  test(expression: string): boolean {
    const handle = this.#evaluate(`!!(${bare(expression)}\n)`)
    return this.#given([handle], () => this.#running().context.dump(handle) === true)
  }

  /** Makes a variable with the value of an expression. */
  define(name: string, expression: string): void {
    this.run(`globalThis[${JSON.stringify(name)}] = (${bare(expression)}\n)`)
  }

  /** Assigns to what exists; strict, so that a misspelled name is an error and not a new variable. */
  assign(location: string, expression: string): void {
    this.run(`'use strict'; ${location} = (${bare(expression)}\n)`)
  }

  declare(name: string, value: Json): void {
    this.#call('set', name, JSON.stringify(value))
  }

  setEvent(event: Json): void {
    this.#call('event', JSON.stringify(event))
  }

  /** Calls `each` for every item of an array, with the item, and its index, in variables. */
  loop(array: string, item: string, index: string, each: () => void): void {
    const handle = this.#evaluate(`(${bare(array)}\n)`)
    const length = Number(this.#given([handle], () => this.#callWith('loop', handle)))
    try {
      for (let i = 0; i < length; i++) {
        this.#call('turn', item, index, i)
        each()
      }
    } finally {
      if (!this.isEmpty) this.#call('end')
    }
  }

  dispose(): void {
    const engine = this.#engine
    this.#engine = undefined
    attempt(() => {
      engine?.bridge.dispose()
      engine?.context.dispose()
      engine?.runtime.dispose()
    })
  }

  #newRuntime(): QuickJSRuntime {
    const runtime = this.#source().newRuntime()
    runtime.setMemoryLimit(MEMORY)
    runtime.setMaxStackSize(STACK)
    runtime.setInterruptHandler(() => ++this.#turns > TURNS || ++this.#spent > STEP_TURNS)
    return runtime
  }

  #begin(runtime: QuickJSRuntime): void {
    const context = runtime.newContext()
    const isIn = context.newFunction('In', (id) => (this.isIn(context.getString(id)) ? context.true : context.false))
    context.defineProp(context.global, 'In', { value: isIn, configurable: false, enumerable: false })
    isIn.dispose()
    this.#engine = { runtime, context, bridge: context.undefined }
    this.#engine.bridge = this.#evaluate(PRELUDE)
  }

  #running(): Engine {
    if (this.#engine !== undefined) return this.#engine
    throw new HoldfastError('invalid', 'The sandbox was emptied: memory ran out in it', { path: 'ecmascript' })
  }

  #evaluate(code: string): QuickJSHandle {
    const { context } = this.#running()
    return this.#guard(() => this.#unwrap(context, context.evalCode(code, 'document', { type: 'global', strict: false })))
  }

  #call(name: string, ...args: readonly (string | number)[]): string {
    const { context } = this.#running()
    const handles = args.map((arg) => (typeof arg === 'string' ? context.newString(arg) : context.newNumber(arg)))
    return this.#given(handles, () => this.#callWith(name, ...handles))
  }

  #callWith(name: string, ...handles: readonly QuickJSHandle[]): string {
    const { context, bridge } = this.#running()
    return this.#guard(() => {
      const method = context.getProp(bridge, name)
      const called = this.#given([method], () => context.callFunction(method, bridge, ...handles))
      const result = this.#unwrap(context, called)
      return this.#given([result], () => String(context.dump(result)))
    })
  }

  /** Lets go of handles whatever comes: QuickJS ends the process it is compiled into when it is freed while somebody holds one. */
  #given<V>(handles: readonly QuickJSHandle[], work: () => V): V {
    try {
      return work()
    } finally {
      for (const handle of handles) attempt(() => handle.dispose())
    }
  }

  /** Whatever is no error of the code itself is one of the engine, which is then not used again. */
  #guard<V>(work: () => V): V {
    this.#turns = 0
    this.#spent += CALL
    if (this.#spent > STEP_TURNS) throw exhausted()
    try {
      return work()
    } catch (error) {
      if (this.#spent > STEP_TURNS) throw exhausted()
      if (error instanceof HoldfastError) throw error
      this.#engine = undefined
      throw new HoldfastError('invalid', 'The code of the document broke its sandbox', { path: 'ecmascript' }, { cause: error })
    }
  }

  #unwrap(context: QuickJSContext, result: ReturnType<QuickJSContext['evalCode']>): QuickJSHandle {
    if (!('error' in result) || result.error === undefined) return result.value
    const thrown: unknown = context.dump(result.error)
    result.error.dispose()
    const { name, message } = Object(thrown)
    const text = message === undefined ? JSON.stringify(thrown) : `${name}: ${message}`
    if (name === 'InternalError' && message === 'out of memory') this.#engine = undefined
    throw new HoldfastError('invalid', `The code of the document failed: ${text}`, { path: 'ecmascript' })
  }
}

/** True when it could be done. What an engine that broke cannot free any more is left to the host, with all of its memory. */
function attempt(free: () => void): boolean {
  try {
    free()
    return true
  } catch {
    return false
  }
}

function exhausted(): HoldfastError<'too_large'> {
  const message = `Expected the code of one step to end within ${STEP_TURNS * 10_000} branches; it takes more`
  const details = { path: 'ecmascript', limit: STEP_TURNS * 10_000, actual: STEP_TURNS * 10_000 + 1, unit: 'branches' }
  return new HoldfastError('too_large', message, details)
}

/** Authors end expressions with semicolons, as they do statements. */
function bare(expression: string): string {
  return expression.replace(/[;\s]+$/, '')
}
