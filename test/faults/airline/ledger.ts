import { existsSync, readFileSync } from 'node:fs'

/** What tools were called for, as the outside has written it down: a key a line. */
export class Ledger {
  readonly #file: string
  #lines = 0
  #recorded: ReadonlySet<string> = new Set()
  /** Calls that came again although what they had come to was recorded. */
  readonly again: string[] = []

  constructor(file: string) {
    this.#file = file
  }

  get keys(): readonly string[] {
    if (!existsSync(this.#file)) return []
    return readFileSync(this.#file, 'utf8')
      .split('\n')
      .filter((key) => key !== '')
  }

  /** Looks at what has been written since the last time, and remembers what is recorded now. */
  look(recorded: ReadonlySet<string>): void {
    const { keys } = this
    this.again.push(...keys.slice(this.#lines).filter((key) => this.#recorded.has(key)))
    this.#lines = keys.length
    this.#recorded = new Set(recorded)
  }
}
