import type { Descriptor } from '../blueprint.ts'
import type { Configuration } from '../configuration.ts'
import { covers } from '../descriptor.ts'
import { doneInvoke, ERROR_EXECUTION, errorInvoke } from '../event.ts'
import type { ChartState, StateTable } from '../state-table.ts'

/** How the last token of an event is called that only a prefix is known of: `order.*` stands for `order.any` too. */
const ANY = 'any'

/** Which events may come in from outside. */
export class Alphabet {
  readonly #table: StateTable
  readonly #announced: ReadonlySet<string> | undefined
  readonly #finishes: (actor: unknown) => boolean

  /**
   * @param announced the types senders may use; undefined: any
   * @param finishes whether what a child is made of can come to an end
   */
  constructor(table: StateTable, announced: ReadonlySet<string> | undefined, finishes: (actor: unknown) => boolean) {
    this.#table = table
    this.#announced = announced
    this.#finishes = finishes
  }

  /** The types that may arrive while the machine rests in a configuration and that its states have transitions for. */
  arriving(configuration: Configuration): string[] {
    const states = configuration.states.map((index) => this.#table.at(index))
    return this.types(configuration).filter((type) => this.#mayArrive(type, states))
  }

  /** All types the active states have transitions for; prefixes stand for a type nobody else names. */
  types({ states }: Configuration): string[] {
    const written = states.flatMap((index) => this.#table.at(index).transitions.flatMap(({ on }) => on))
    return [...new Set(written.flatMap((descriptor) => this.#typesOf(descriptor)))]
  }

  /** True when nobody outside sends events of that type: they are announced, and it is not among them. */
  isForeign(type: string): boolean {
    return this.#announced !== undefined && !this.#announced.has(type)
  }

  #typesOf(descriptor: Descriptor): string[] {
    const { name, prefix } = descriptor
    if (!prefix) return [name]
    if (this.#announced !== undefined) return [...this.#announced].filter((type) => covers(descriptor, type))
    return [name === '' ? ANY : `${name}.${ANY}`]
  }

  #mayArrive(type: string, active: readonly ChartState[]): boolean {
    if (type.startsWith('done.state.')) return false
    if (type === ERROR_EXECUTION || type.startsWith('after.')) return true
    if (type.startsWith('done.invoke.')) return this.#isAnswer(type, doneInvoke, active)
    if (type.startsWith('error.invoke.')) return this.#isAnswer(type, errorInvoke, active)
    return !this.isForeign(type)
  }

  /** Only a child that runs answers, and only one that has an end is done. */
  #isAnswer(type: string, answer: (id: string) => string, active: readonly ChartState[]): boolean {
    if (type === answer(ANY)) return true
    const running = active.flatMap(({ invokes }) => invokes)
    return running.some(({ note }) => {
      if (note === undefined) return true
      return type === answer(note.id) && (answer !== doneInvoke || this.#finishes(note.actor))
    })
  }
}
