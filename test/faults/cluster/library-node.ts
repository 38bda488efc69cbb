import { once } from 'node:events'
import { join } from 'node:path'
import type { Answer, Question } from './client.ts'
import { Program } from './program.ts'

/** What the process is asked. */
export interface Asked extends Question {
  readonly number: number
}

/** What it says: an answer, that nobody knows, or that something is wrong. Number 0 is told once it can be asked. */
export type Told = { readonly number: number } & (
  | { readonly output: unknown }
  | { readonly unknown: string }
  | { readonly failed: string }
)

/** A process that uses the library on a store, and runs effects whose outside is a file. */
export class LibraryNode {
  readonly program: Program
  readonly #waiting = new Map<number, (told: Told) => void>()
  #numbers = 0

  constructor(store: string, outside: string) {
    this.program = new Program({ file: join(import.meta.dirname, 'library-child.ts'), args: [store, outside], channel: true })
  }

  /** Resolves once it can be asked. @throws when it ends before */
  async start(): Promise<void> {
    const ready = this.#told(0)
    const child = this.program.start()
    child.on('message', (told: Told) => this.#waiting.get(told.number)?.(told))
    const ended = once(child, 'exit')
    const first = await Promise.race([ready, ended])
    if (Array.isArray(first)) throw new Error(`A process ended at its start: ${this.program.complaints}`)
    this.program.ready()
    void ended.then(() => {
      for (const [number, tell] of this.#waiting) tell({ number, unknown: 'its process has ended' })
    })
  }

  async ask(question: Question, deadline: number): Promise<Answer> {
    const { child } = this.program
    if (child === undefined || !child.connected) return { unsent: 'it does not run' }
    const number = ++this.#numbers
    const told = this.#told(number)
    const timer = setTimeout(() => this.#waiting.get(number)?.({ number, unknown: 'no answer in time' }), deadline)
    child.send({ ...question, number } satisfies Asked, () => {})
    const said = await told
    clearTimeout(timer)
    return said
  }

  #told(number: number): Promise<Told> {
    return new Promise((resolve) => {
      this.#waiting.set(number, (told) => {
        this.#waiting.delete(number)
        resolve(told)
      })
    })
  }
}
