import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** A process of this folder, talked to over a channel. */
export class Child {
  readonly messages: unknown[] = []
  readonly #process: ChildProcess
  readonly #ended: Promise<[code: number | null, signal: NodeJS.Signals | null]>

  constructor(name: string, ...args: readonly (string | number)[]) {
    this.#process = fork(join(import.meta.dirname, `${name}-child.ts`), args.map(String), { execArgv: [] })
    this.#process.on('message', (message) => this.messages.push(message))
    this.#ended = once(this.#process, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  }

  /** Resolves once so many messages have come. @throws when the process ends before. */
  async heard(count: number): Promise<void> {
    while (this.messages.length < count) {
      const ended = this.#ended.then(() => 'ended' as const)
      if ((await Promise.race([once(this.#process, 'message'), ended])) === 'ended' && this.messages.length < count)
        throw new Error(`The process ended after ${this.messages.length} messages, ${count} were expected`)
    }
  }

  tell(message: string): void {
    this.#process.send(message)
  }

  /** Sends a signal, e.g. SIGSTOP: the process stands still, and knows nothing of it. */
  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  /** Resolves once it has ended by itself. @throws when it failed. */
  async done(): Promise<void> {
    const [code, signal] = await this.#ended
    if (code !== 0) throw new Error(`The process ended with ${code ?? signal}`)
  }

  /** Kills it with SIGKILL. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL')
    await this.#ended
  }
}
