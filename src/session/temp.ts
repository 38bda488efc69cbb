import { copyRich } from '../core/index.ts'
import { type EntityRef, refKey } from '../store/index.ts'
import type { Variables } from './define.ts'

/** The `temp:` variables of a process, by session: never stored. Only sessions that have some take memory. */
export class TempVariables {
  readonly #kept = new Map<string, Readonly<Variables>>()

  /** What a session has; not to be changed. */
  read(session: EntityRef): Readonly<Variables> {
    return this.#kept.get(refKey(session)) ?? {}
  }

  /** One decision's change of them. */
  change(session: EntityRef): TempChange {
    return new TempChange(this, session)
  }

  /** Keeps these from now on. */
  keep(session: EntityRef, variables: Readonly<Variables>): void {
    const name = refKey(session)
    if (Object.keys(variables).length === 0) this.#kept.delete(name)
    else this.#kept.set(name, variables)
  }
}

/**
 * What one decision makes of a session's `temp:` variables. A decision may run several times and may fail in the end: what
 * its last run has kept is taken back first, unless a later decision has built on it.
 */
export class TempChange {
  readonly #all: TempVariables
  readonly #session: EntityRef
  #draft: Variables | undefined
  #kept: { readonly before: Readonly<Variables>; readonly after: Readonly<Variables> } | undefined

  constructor(all: TempVariables, session: EntityRef) {
    this.#all = all
    this.#session = session
  }

  /** The variables, to be changed in place. */
  get draft(): Variables {
    this.#draft ??= copyRich<Variables>(this.#all.read(this.#session))
    return this.#draft
  }

  /** Makes what this run has changed visible. @throws invalid for values that could not be stored elsewhere either. */
  keep(): void {
    if (this.#draft === undefined) return
    const before = this.#all.read(this.#session)
    const after = copyRich(this.#draft)
    this.#all.keep(this.#session, after)
    this.#kept = { before, after }
  }

  /** Back to where the decision began. */
  takeBack(): void {
    this.#draft = undefined
    if (this.#kept !== undefined && this.#all.read(this.#session) === this.#kept.after)
      this.#all.keep(this.#session, this.#kept.before)
    this.#kept = undefined
  }
}
