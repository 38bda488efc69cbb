import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Long enough for a process to come to what it is to tell, milliseconds. */
const PATIENCE = 60_000

/** A process of its own that does what it is told and tells, a line of JSON each, what it has come to. */
export class Actor {
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #ended: Promise<unknown>
  #trouble = ''

  constructor(program: 'runner' | 'writer', told: unknown) {
    const file = join(import.meta.dirname, `${program}-child.ts`)
    const child = spawn(process.execPath, [file, JSON.stringify(told)], { stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE })
    child.stderr.on('data', (text: Buffer) => {
      this.#trouble += String(text)
    })
    this.#process = child
    this.#ended = once(child, 'exit')
    this.#lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  }

  /** The next thing it tells. @throws when it ends before */
  async tells<Told>(): Promise<Told> {
    const { done, value } = await this.#lines.next()
    if (done) throw new Error(`The process ended and told nothing more: ${this.#trouble}`)
    return JSON.parse(value) as Told
  }

  /** Kills it with SIGKILL, and waits until it is gone. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#ended
  }

  async ended(): Promise<void> {
    await this.#ended
  }
}
