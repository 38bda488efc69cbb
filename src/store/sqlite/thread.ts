import { Worker } from 'node:worker_threads'
import { HoldfastError } from '../../core/index.ts'
import type { Commit, Receipt } from '../engine.ts'
import type { ConnectionOptions } from './connection.ts'

/** What the writer thread is told. */
export type Order =
  | { readonly do: 'commit'; readonly batch: readonly Commit[] }
  | { readonly do: 'checkpoint'; readonly mode: 'passive' | 'truncate' }
  | { readonly do: 'close' }

/** What it answers: receipts or the error, and how long its latest COMMIT took in milliseconds. */
export interface Answer {
  readonly commitMs: number
  readonly receipts?: readonly Receipt[]
  readonly error?: Pick<HoldfastError, 'code' | 'message' | 'details'>
}

interface Waiter {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/** The calling side of the writer thread. Orders are carried out, and answered, one after the other. */
export class WriterThread {
  readonly #worker: Worker
  /** Not a Map by number: its outgrown tables would keep everything alive that its batches lead to, until old garbage is collected. */
  readonly #waiters: Waiter[] = []
  #closing = false
  /** True once it can take no more orders: it was closed, or has died. */
  ended = false

  constructor(options: ConnectionOptions) {
    const source = import.meta.url.endsWith('.ts') ? './writer.ts' : './writer.js'
    this.#worker = new Worker(new URL(source, import.meta.url), { workerData: options })
    this.#worker.on('message', (answer: Answer) => this.#answered(answer))
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(undefined))
  }

  send(order: Order): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject })
      this.#worker.ref()
      this.#worker.postMessage(order)
      if (this.ended) this.#fail(undefined)
    })
  }

  async close(): Promise<void> {
    if (this.ended) return
    this.#closing = true
    const exited = new Promise<void>((resolve) => this.#worker.once('exit', () => resolve()))
    await this.send({ do: 'close' }).catch(() => {})
    await exited
  }

  #answered(answer: Answer): void {
    this.#waiters.shift()?.resolve(answer)
    if (this.#waiters.length === 0 && !this.#closing) this.#worker.unref()
  }

  #fail(cause: unknown): void {
    this.ended = true
    const message = 'The writer thread ended before it answered; what it was given may or may not be stored'
    for (const waiter of this.#waiters.splice(0))
      waiter.reject(new HoldfastError('unavailable', message, { reason: 'engine' }, { cause }))
  }
}
