import type { Inspection } from '../session/index.ts'

type Of = Pick<Inspection, 'id' | 'state' | 'status' | 'revision'>

interface Kept extends Of {
  readonly text: string
}

/** Texts of sessions that are asked for again and again, as long as nothing about them changes. */
export class SessionTexts {
  readonly #most: number
  readonly #texts = new Map<string, Kept>()
  #characters = 0

  constructor(mostCharacters = 4 * 1024 * 1024) {
    this.#most = mostCharacters
  }

  /** While nothing changes, a state is the same frozen object: what was made of it then is right now. */
  of(tenant: string, found: Of, make: () => string): string {
    const name = `${tenant}\0${found.id}`
    const known = this.#texts.get(name)
    if (known !== undefined && isSame(known, found)) return known.text
    const text = make()
    if (Object.isFrozen(found.state)) this.#keep(name, { ...found, text })
    return text
  }

  #keep(name: string, kept: Kept): void {
    this.#characters += kept.text.length - (this.#texts.get(name)?.text.length ?? 0)
    this.#texts.set(name, kept)
    if (this.#characters <= this.#most) return
    this.#texts.clear()
    this.#characters = 0
  }
}

function isSame(a: Of, b: Of): boolean {
  return a.state === b.state && a.status === b.status && a.revision === b.revision
}
