import { existsSync, statSync } from 'node:fs'
import { withoutPassword } from '../core/index.ts'
import { type AnyMachine, type Holdfast, HoldfastError, open } from '../index.ts'
import type { Io } from './io.ts'
import { type Paint, paintFor } from './paint.ts'
import type { Typed } from './typed.ts'
import { UsageError } from './usage-error.ts'

const DEFAULT_STORE = 'file:./holdfast.db'

/** One call of a command: what was typed, and the way outside. */
export class Call {
  readonly command: string
  readonly io: Io
  /** Colours for stdout. */
  readonly paint: Paint
  readonly #typed: Typed
  /** Where the command works unless told otherwise. */
  readonly #own: string | undefined

  constructor(command: string, typed: Typed, io: Io, store?: string) {
    this.command = command
    this.#own = store
    this.io = io
    this.paint = paintFor(io.stdout, io)
    this.#typed = typed
  }

  get json(): boolean {
    return this.flag('json')
  }

  /** The argument at a place; empty when it was left out. */
  place(index: number): string {
    return this.#typed.positionals[index] ?? ''
  }

  has(index: number): boolean {
    return this.#typed.positionals[index] !== undefined
  }

  flag(name: string): boolean {
    return this.#typed.flags.has(name)
  }

  option(name: string): string | undefined {
    return this.#typed.values.get(name)?.[0]
  }

  /** Every value of an option that may be given several times. */
  all(name: string): readonly string[] {
    return this.#typed.values.get(name) ?? []
  }

  /** A whole number, at least `least`. @throws UsageError */
  number(name: string, least: number): number | undefined {
    const typed = this.option(name)
    if (typed === undefined) return undefined
    const value = Number(typed)
    if (typed.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value
    throw new UsageError(`Expected --${name} to be a whole number from ${least}, got ${JSON.stringify(typed)}`, `--${name}`)
  }

  /** The URL of the store, as it was typed: for opening it. */
  get url(): string {
    return this.option('store') ?? this.#own ?? (this.io.env.HOLDFAST_STORE || DEFAULT_STORE)
  }

  /** What the store is called before people: its URL without a password. */
  get store(): string {
    return withoutPassword(this.url)
  }

  /** False where opening the store would make it. @throws UsageError */
  async storeExists(): Promise<boolean> {
    const file = this.file()
    if (file !== undefined) return holdsSomething(file)
    return isPostgres(this.url) ? (await import('../store/postgres/index.ts')).hasPostgresStore({ url: this.url }) : true
  }

  /** Opens the store to read: what is not there is not made. @throws not_found, UsageError */
  async openToRead(machines?: readonly AnyMachine[]): Promise<Holdfast> {
    if (!(await this.storeExists())) throw noStore(this.store, this.file())
    return this.openToWrite(machines)
  }

  async openToWrite(machines: readonly AnyMachine[] = []): Promise<Holdfast> {
    this.file()
    return open(this.url, { worker: false, machines })
  }

  /** Path of the store's file; undefined for stores that have none. @throws UsageError for what is no store. */
  file(): string | undefined {
    const { url: store } = this
    if (store === 'memory:' || isPostgres(store)) return undefined
    if (store.startsWith('file:') && store.length > 5) return store.slice(5)
    const meant = /^[\w-]{2,}:/.test(store) ? '' : `; did you mean file:${store}?`
    throw new UsageError(
      `Expected a store such as file:./agent.db, postgres://host/database or memory:, got ${JSON.stringify(this.store)}${meant}`,
      '--store',
    )
  }
}

function isPostgres(url: string): boolean {
  return /^postgres(ql)?:/.test(url)
}

function holdsSomething(file: string): boolean {
  return existsSync(file) && (statSync(file).isDirectory() || statSync(file).size > 0)
}

function noStore(store: string, file: string | undefined): HoldfastError<'not_found'> {
  const next = 'Name another one with --store, or fill it: holdfast replay FILE, holdfast set ID PATH VALUE'
  return new HoldfastError('not_found', `There is no store ${store}. ${next}`, file === undefined ? {} : { file })
}
