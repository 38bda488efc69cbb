import { HoldfastError, type Issue } from '../core/index.ts'

/** What of an XState machine cannot be imported, gathered by name and path, so that everything is said at once. */
export class Refusals {
  readonly #issues: Issue[] = []

  add(path: string, message: string): void {
    this.#issues.push({ path, message })
  }

  addAll(issues: readonly Issue[]): void {
    this.#issues.push(...issues)
  }

  get isEmpty(): boolean {
    return this.#issues.length === 0
  }

  /** @throws invalid with all of it. */
  refuse(machine: string): never {
    const lines = this.#issues.map(({ path, message }) => `  ${path}: ${message}`)
    const message = `The XState machine ${machine} cannot be imported, ${lines.length} findings:\n${lines.join('\n')}`
    throw new HoldfastError('invalid', message, { path: machine, issues: this.#issues })
  }
}
