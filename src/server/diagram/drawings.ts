import { createHash } from 'node:crypto'
import { HoldfastError } from '../../core/index.ts'
import type { DiagramState, MachineDiagram } from '../../statechart/index.ts'
import type { Drawing } from './drawing.ts'
import { layOut } from './layout.ts'

/** Beyond these a picture tells nobody anything, and takes too long to make. */
const MOST_STATES = 500
const MOST_TRANSITIONS = 2000

/** Drawings kept: of large machines some 100 KiB each. */
const MOST_KEPT = 100

/** A request that gives up earlier leaves the work to go on: the next one finds it done. */
const LAYOUT_MS = 30_000

/** Drawings of diagrams: made when first asked for, one at a time, and kept. Two machines of one tag may yet differ in their labels. */
export class Drawings {
  readonly #made = new Map<string, Promise<Drawing>>()
  readonly #end = new AbortController()
  #last: Promise<unknown> = Promise.resolve()

  /** @throws too_large for a machine nobody could read; timeout when laying it out takes too long */
  async of(diagram: MachineDiagram): Promise<Drawing> {
    refuseLarge(diagram)
    const key = createHash('sha256').update(JSON.stringify(diagram)).digest('base64url')
    const known = this.#made.get(key)
    if (known !== undefined) return known
    const making = this.#last.then(() => layOut(diagram, LAYOUT_MS, this.#end.signal))
    this.#last = making.catch(() => {})
    this.#keep(key, making)
    // What failed may succeed another time.
    making.catch(() => this.#made.delete(key))
    return making
  }

  #keep(key: string, making: Promise<Drawing>): void {
    const [oldest] = this.#made.keys()
    if (this.#made.size >= MOST_KEPT && oldest !== undefined) this.#made.delete(oldest)
    this.#made.set(key, making)
  }

  /** Ends what is being laid out. */
  close(): void {
    this.#end.abort()
  }
}

/** @throws too_large */
function refuseLarge({ id, root, transitions }: MachineDiagram): void {
  refuseMore(id, countStates(root), MOST_STATES, 'states')
  refuseMore(id, transitions.length, MOST_TRANSITIONS, 'transitions')
}

function refuseMore(id: string, actual: number, limit: number, unit: string): void {
  if (actual <= limit) return
  const message = `A diagram shows at most ${limit} ${unit}, ${id} has ${actual}; its tree shows all of them`
  throw new HoldfastError('too_large', message, { path: id, limit, actual, unit })
}

function countStates({ kind, children }: DiagramState): number {
  return (kind === 'initial' ? 0 : 1) + children.reduce((sum, child) => sum + countStates(child), 0)
}
