import { formatPath, HoldfastError, type Issue, type Path } from '../core/index.ts'

/** Findings beyond this many are only counted. */
const MOST_ISSUES = 200

/** What is wrong with a machine in JSON, gathered, so that everything is said at once. */
export class Report {
  readonly #issues: Issue[] = []
  #more = 0

  add(path: Path, message: string): void {
    if (this.#issues.length < MOST_ISSUES) this.#issues.push({ path: formatPath(path), message })
    else this.#more++
  }

  get isEmpty(): boolean {
    return this.#issues.length === 0
  }

  /** @throws invalid with all findings. */
  refuse(machine: string): never {
    const issues = this.#issues
    const lines = issues.map(({ path, message }) => `  ${path || 'machine'}: ${message}`)
    const count = `${issues.length + this.#more} findings${this.#more > 0 ? `, the first ${issues.length}` : ''}`
    const message = `Machine ${machine} cannot be read from JSON, ${count}:\n${lines.join('\n')}`
    throw new HoldfastError('invalid', message, { path: machine, issues })
  }
}
