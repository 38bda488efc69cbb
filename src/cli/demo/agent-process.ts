import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { getCompileCacheDir } from 'node:module'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { HoldfastError } from '../../index.ts'

/** What an agent's process is to work on. */
export interface AgentOptions {
  /** URL of the store. */
  readonly store: string
  /** URL of the payment service. */
  readonly payments: string
  readonly model: string | undefined
}

/** A process of its own in which the agent works, until it is killed or ended. */
export class AgentProcess {
  /** Idempotency keys of the steps whose code has begun to run in it. */
  readonly begun: string[] = []
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #closed: Promise<unknown>
  #isExpected = false

  constructor({ store, payments, model }: AgentOptions) {
    const source = import.meta.url.endsWith('.ts') ? './agent-main.ts' : './agent-main.js'
    const main = fileURLToPath(new URL(source, import.meta.url))
    const given = [payments, ...(model === undefined ? [] : [model])]
    // Node 22 calls SQLite experimental, which is no news to whoever watches.
    const args = ['--disable-warning=ExperimentalWarning', main, ...given]
    // Others on this machine see what a process was called with, and a URL may hold a password.
    const env = { ...process.env, HOLDFAST_STORE: store, NODE_COMPILE_CACHE: getCompileCacheDir() }
    this.#child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] })
    this.#closed = once(this.#child, 'close')
    createInterface({ input: this.#child.stdout }).on('line', (key) => this.begun.push(key))
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Never resolves. @throws failed when it ends before it should */
  async lost(): Promise<never> {
    await this.#closed
    if (this.#isExpected) return new Promise(() => {})
    const { exitCode, signalCode } = this.#child
    throw new HoldfastError('failed', `The agent's process ${this.pid} has ended by itself (${signalCode ?? exitCode})`, {})
  }

  /** Kills it: no goodbye, no clean-up. Resolves when nothing of it is left. */
  async kill(): Promise<void> {
    this.#isExpected = true
    this.#child.kill('SIGKILL')
    await this.#closed
  }

  /** Lets it close its store; nothing when it has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isExpected = true
    this.#child.stdin.end()
    await this.#closed
  }
}
