import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Heat, Lap } from './race.ts'

/** Longer than anything that works takes. */
const WITHIN_MS = 120_000

/** An engine with the program that uses it, in a process of its own. */
export class Racer {
  readonly #child: ChildProcess
  #trouble = ''

  private constructor(child: ChildProcess) {
    this.#child = child
    for (const output of [child.stderr, child.stdout]) {
      output?.on('data', (chunk: Buffer) => {
        this.#trouble = (this.#trouble + chunk.toString()).slice(-4000)
      })
    }
  }

  /** Resolves when it is ready. Rejects with what it said when it fails. */
  static async start(program: URL, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Racer> {
    const racer = new Racer(
      fork(fileURLToPath(program), args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] }),
    )
    await racer.#answer()
    return racer
  }

  /** Runs a second that end, with so many in flight. */
  async pace(heat: Heat): Promise<number> {
    const { runs, ms } = await this.lap(heat)
    return (runs * 1000) / ms
  }

  async lap(heat: Heat): Promise<Lap> {
    this.#child.send(heat)
    return (await this.#answer()) as Lap
  }

  /** Lets it close what it has open. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = once(this.#child, 'exit')
    this.#child.disconnect()
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), 15_000)
    await gone
    clearTimeout(kill)
  }

  async #answer(): Promise<unknown> {
    const over = new AbortController()
    const { signal } = over
    try {
      const message = once(this.#child, 'message', { signal }).then(([answer]: unknown[]) => answer)
      const exit = once(this.#child, 'exit', { signal }).then(([code, by]: unknown[]) => {
        throw new Error(`a racer ended with ${code ?? by}: ${this.#trouble.trim()}`)
      })
      const late = new Promise<never>((_, reject) => {
        const timer = setTimeout(
          () => reject(new Error(`a racer said nothing for ${WITHIN_MS} ms: ${this.#trouble.trim()}`)),
          WITHIN_MS,
        )
        signal.addEventListener('abort', () => clearTimeout(timer))
      })
      return await Promise.race([message, exit, late])
    } finally {
      over.abort()
    }
  }
}
