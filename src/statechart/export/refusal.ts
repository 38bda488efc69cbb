import { HoldfastError, type Issue } from '../../core/index.ts'

/** What a form cannot express, gathered, so that everything is said at once. */
export class Refusals {
  readonly #issues: Issue[] = []

  get none(): boolean {
    return this.#issues.length === 0
  }

  add(path: string, message: string): void {
    if (!this.#issues.some((known) => known.path === path)) this.#issues.push({ path, message })
  }

  /** @throws invalid with everything that cannot be expressed, by path */
  throwAny(machine: string, form: string): void {
    if (this.#issues.length === 0) return
    const lines = this.#issues.map(({ path, message }) => `  ${path}: ${message}`)
    const message = `Machine ${machine} cannot be written as ${form}, ${this.#issues.length} findings:\n${lines.join('\n')}`
    throw new HoldfastError('invalid', message, { path: machine, issues: this.#issues })
  }
}
