import { HoldfastError, type Issue } from '../../core/index.ts'

/** Findings beyond this many are only counted: a definition from a stranger must not make a report without end. */
const MOST_ISSUES = 200
/** Names that one finding lists. */
const MOST_NAMES = 24

/** What is wrong with a definition, gathered, so that everything is said at once. */
export class Findings {
  /** By path and message: a part may be read from two sides, a parent's beginning also by its histories. */
  readonly #issues = new Map<string, Issue>()
  #more = 0

  get none(): boolean {
    return this.#issues.size === 0
  }

  add(path: string, message: string): void {
    if (this.#issues.size < MOST_ISSUES) this.#issues.set(`${path} ${message}`, { path, message })
    else this.#more++
  }

  /** Says that a name is not among those known, and which one may have been meant. */
  unknown(path: string, what: string, name: string, known: Iterable<string>): void {
    // Looking for what was meant takes time: not for what is only counted.
    const names = this.#issues.size < MOST_ISSUES ? [...known] : []
    const meant = names.find((one) => one.toLowerCase() === name.toLowerCase() || isOneEditAway(one, name))
    const hint = meant === undefined ? `there are ${listed(names)}` : `did you mean ${JSON.stringify(meant)}?`
    this.add(path, `unknown ${what} ${JSON.stringify(name)}; ${hint}`)
  }

  /** @throws invalid with all findings */
  refuse(machine: string): never {
    const issues = [...this.#issues.values()]
    const lines = issues.map(({ path, message }) => `  ${path}: ${message}`)
    const count = `${issues.length + this.#more} findings${this.#more > 0 ? `, the first ${issues.length}` : ''}`
    throw new HoldfastError('invalid', `Machine ${machine} cannot be defined, ${count}:\n${lines.join('\n')}`, {
      path: machine,
      issues,
    })
  }
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none'
  const more = names.length - MOST_NAMES
  return names.slice(0, MOST_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** One letter more, less or other. */
function isOneEditAway(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false
  let start = 0
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++
  let end = 0
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++
  return Math.max(a.length, b.length) - start - end <= 1
}
