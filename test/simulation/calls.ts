import { HoldfastError } from '../../src/core/index.ts'
import type { Holdfast } from '../../src/holdfast.ts'
import type { CommitOptions, Committed } from '../../src/runtime/index.ts'
import type { RecordRef } from '../../src/store/index.ts'
import { isSame, type Operation } from '../linearizability/history.ts'
import type { Chance } from './chance.ts'
import type { Node, World } from './world.ts'

/** A call to one object of a model. */
export interface Call extends Operation {
  readonly object: string
}

/** What a client asks of a process. */
export interface Request<Output> {
  /** The object it is about and what it is asked, where a model tells what it may answer. */
  readonly about?: { readonly object: string; readonly input: unknown }
  /** Changes nothing: need not be told where it was not answered, and may see the state of when its turn began. */
  readonly reads?: true
  /** The same, where the answer shows that it has changed nothing. */
  readonly readsIf?: (output: Output) => boolean
  /** Asked again, and perhaps twice at once, under a key of its own. */
  readonly isKeyed?: boolean
  /**
   * When the client was told that what this is about is there. Who refuses has only read, and may have seen the state of when his turn
   * began: a `not_found` of a turn that began before is asked again.
   */
  readonly madeBy?: number
  readonly run: (hf: Holdfast, options: CommitOptions) => Promise<Output | Committed<Output>>
}

/** When a request was asked first, and when the earliest turn began in which it was. */
interface Beginning {
  at: number | undefined
  turn: number | undefined
}

/** How a request ended: with an answer, or with nobody knowing whether it was done. */
export type Ending<Output> = { readonly output: Output } | undefined

/** A failed request with a key is made again this often. */
const TRIES = 8
/** An object of which so many calls were never answered is only asked again and again from then on: each more doubles what is possible. */
const MOST_UNKNOWN = 5

/** Sends requests to the processes of a world, as clients do that keep going, and writes down what they were told. */
export class Calls {
  readonly history: Call[] = []
  /** The records that clients were told of. */
  readonly acknowledged: RecordRef[] = []
  readonly #world: World
  readonly #chance: Chance
  readonly #report: (violation: string) => void
  /** How many calls to an object were never answered. */
  readonly #unknown = new Map<string, number>()
  #keys = 0

  constructor(world: World, chance: Chance, report: (violation: string) => void) {
    this.#world = world
    this.#chance = chance
    this.#report = report
  }

  /** The moment it is. */
  get moment(): number {
    return this.#world.scheduler.moment
  }

  async send<Output>(request: Request<Output>): Promise<Ending<Output>> {
    const isKeyed = request.isKeyed || (this.#unknown.get(request.about?.object ?? '') ?? 0) >= MOST_UNKNOWN
    const key = isKeyed && !request.reads ? `request-${++this.#keys}` : undefined
    const began: Beginning = { at: undefined, turn: undefined }
    const first = this.#persist(request, key, began)
    if (key === undefined || !this.#chance.happens(0.3)) return this.#told(request, began, await first)
    const [one, two] = await Promise.all([first, this.#persist(request, key, began)])
    if (one !== undefined && two !== undefined && !isSame(one.output, two.output))
      this.#report(
        `R22: ${key} ${JSON.stringify(request.about)} was answered with ${JSON.stringify(one.output)} and with ${JSON.stringify(two.output)}`,
      )
    return this.#told(request, began, one ?? two)
  }

  #told<Output>({ about, reads, readsIf }: Request<Output>, began: Beginning, end: Ending<Output>): Ending<Output> {
    const { moment, trace } = this.#world.scheduler
    trace.add('told', JSON.stringify(about ?? null), JSON.stringify(end ?? null))
    if (about === undefined || began.at === undefined || (reads && end === undefined)) return end
    const invoked = reads || (end !== undefined && readsIf?.(end.output)) ? (began.turn ?? began.at) : began.at
    const answer = end && { at: moment, output: end.output }
    if (answer === undefined) this.#unknown.set(about.object, (this.#unknown.get(about.object) ?? 0) + 1)
    this.history.push({ ...about, invoked, answer })
    return end
  }

  async #persist<Output>(request: Request<Output>, key: string | undefined, began: Beginning): Promise<Ending<Output>> {
    for (let tries = 1; ; tries++) {
      const node = this.#chance.pick(this.#world.up)
      const end = node && (await this.#ask(node, request, key, began))
      if (end !== undefined || (key === undefined && node !== undefined) || tries >= TRIES) return end
      await this.#world.pause(this.#chance.below(200))
    }
  }

  /** Asks one process once; undefined when it dies or does not know. */
  async #ask<Output>(
    node: Node,
    { run, madeBy = 0 }: Request<Output>,
    key: string | undefined,
    began: Beginning,
  ): Promise<Ending<Output>> {
    const { scheduler } = this.#world
    let turn = Number.POSITIVE_INFINITY
    try {
      const answer = scheduler.at(node.place, 'call', () => {
        turn = node.place.turn
        began.at ??= scheduler.moment
        began.turn = Math.min(began.turn ?? turn, turn)
        return run(node.hf, key === undefined ? {} : { key })
      })
      const end = await Promise.race([answer.then((value) => ({ value })), node.place.death])
      return end === undefined ? undefined : { output: this.#unpack(end.value as Output | Committed<Output>) }
    } catch (error) {
      // Closing, or out of reach: it may have been done all the same.
      const isEarlier = HoldfastError.is(error, 'not_found') && turn < madeBy
      if (!HoldfastError.is(error, 'unavailable') && !isEarlier) this.#report(`A call failed: ${String(error)}`)
      return undefined
    }
  }

  #unpack<Output>(answer: Output | Committed<Output>): Output {
    if (typeof answer !== 'object' || answer === null || !('records' in answer)) return answer as Output
    this.acknowledged.push(...answer.records)
    return answer.value
  }
}
