import { setTimeout } from 'node:timers/promises'
import { isSame, type Operation } from '../../linearizability/history.ts'
import { Chance } from '../../simulation/chance.ts'
import type { Answer, Question } from './client.ts'
import { DEED_KIND } from './deed.ts'
import { ObjectPool } from './object-pool.ts'
import { isServed, lookAt, questionOf } from './questions.ts'
import type { Asker } from './served-kind.ts'

/** A question as its client saw it end. */
export interface Asked extends Operation {
  readonly object: string
}

/** Whoever can be asked. */
export interface Node {
  ask(question: Question, deadline: number): Promise<Answer>
}

/** Whom clients ask: objects over HTTP, the others through the library. */
export interface Nodes {
  readonly served: readonly Node[]
  readonly library: readonly Node[]
}

/** Milliseconds a client waits for an answer. */
const DEADLINE = 1500
/** A question with a key is asked again for so long. */
const PATIENCE = 20_000
/** Milliseconds that some effects take at most: their processes are frozen or killed meanwhile. */
const LONG_DEED = 3000

/** Clients that ask at once, each one thing after the other, and write down what they were told. */
export class Clients {
  readonly history: Asked[] = []
  /** What no client should be told, and requests of one key that were answered in two ways. */
  readonly findings: string[] = []
  /** Effects that were promised: true when the promise was acknowledged. */
  readonly deeds = new Map<string, boolean>()
  readonly pool: ObjectPool
  unknown = 0
  readonly #nodes: Nodes
  readonly #seed: number
  #values = 0
  #keys = 0

  constructor(nodes: Nodes, seed: number) {
    this.#nodes = nodes
    this.#seed = seed
    this.pool = new ObjectPool(`${seed}`, nodes.served.length > 0)
  }

  /** So many clients ask until they are told to stop. */
  async run(count: number, stop: AbortSignal): Promise<void> {
    await Promise.all(Array.from({ length: count }, (_, i) => this.#one(new Chance(this.#seed, `client ${i}`), stop)))
  }

  /** Asks what every object has come to: everything works now, and a queue is emptied. */
  async look(): Promise<void> {
    const chance = new Chance(this.#seed, 'look')
    for (const object of this.pool.objects) {
      const isQueue = object.endsWith('/queue')
      let output: unknown
      do output = await this.#ask({ ...lookAt(object), reads: false, key: this.#key() }, chance)
      while (isQueue && output !== null && output !== undefined)
    }
  }

  async #one(chance: Chance, stop: AbortSignal): Promise<void> {
    const seen = new Map<string, number>()
    const asker: Asker = { chance, seen, fresh: () => ++this.#values }
    while (!stop.aborted) {
      if (chance.happens(0.05)) await this.#promise(chance)
      const question = questionOf(this.pool.pick(chance), asker)
      const key = !question.reads && chance.happens(0.4) ? this.#key() : undefined
      note(seen, question, await this.#ask({ ...question, key }, chance))
      await setTimeout(chance.below(20))
    }
  }

  /** Asks once, or with a key until it is known what came of it, sometimes of two nodes at once. */
  async #ask(question: Question & { readonly reads: boolean }, chance: Chance): Promise<unknown> {
    const invoked = performance.now()
    const { key, object, input, reads } = question
    const isDouble = key !== undefined && chance.happens(0.2)
    const answers = await Promise.all((isDouble ? [0, 1] : [0]).map(() => this.#persist(question, chance)))
    const outputs = answers.flatMap((answer) => ('output' in answer ? [answer.output] : []))
    const output = outputs.find((each) => !isRefusal(each)) ?? outputs[0]
    if (outputs.length > 1 && this.#differ(question, outputs))
      this.findings.push(`R22: ${JSON.stringify(question)} was answered with ${JSON.stringify(outputs)}`)
    for (const answer of answers)
      if ('failed' in answer) this.findings.push(`${JSON.stringify(question)} was told ${answer.failed}`)
    if (answers.every((answer) => 'unsent' in answer)) return undefined
    if (output === undefined) {
      this.unknown++
      if (!reads) this.pool.lost(object)
      if (!reads) this.history.push({ object, input, invoked, answer: undefined })
      return undefined
    }
    this.history.push({ object, input, invoked, answer: { at: performance.now(), output } })
    return output
  }

  /** A request that was refused leaves its key free: of two, one may be refused on what was there before, and one after. */
  #differ({ object }: Question, [one, two]: readonly unknown[]): boolean {
    return !isSame(one, two) && !(isServed(object) && (isRefusal(one) || isRefusal(two)))
  }

  async #persist(question: Question, chance: Chance): Promise<Answer> {
    const until = performance.now() + PATIENCE
    let isUnknown = false
    for (;;) {
      const node = chance.pick(isServed(question.object) ? this.#nodes.served : this.#nodes.library)
      const answer: Answer = (await node?.ask(question, DEADLINE)) ?? { unsent: 'there is no node' }
      if ('output' in answer || 'failed' in answer) return answer
      isUnknown ||= 'unknown' in answer
      if (question.key === undefined || performance.now() > until) return isUnknown ? { unknown: 'no answer' } : answer
      await setTimeout(20 + chance.below(80))
    }
  }

  async #promise(chance: Chance): Promise<void> {
    const id = `deed-${this.#seed}-${this.deeds.size + 1}`
    this.deeds.set(id, false)
    const ms = chance.below(chance.happens(0.3) ? LONG_DEED : 100)
    const question = { object: DEED_KIND, input: { id, ms }, key: id }
    this.deeds.set(id, 'output' in (await this.#persist(question, chance)))
  }

  #key(): string {
    return `key-${this.#seed}-${++this.#keys}`
  }
}

function isRefusal(output: unknown): boolean {
  return output === null || (typeof output === 'object' && 'current' in output)
}

/** What a client knows of a register: the revision it was told last. */
function note(seen: Map<string, number>, { object }: Question, output: unknown): void {
  if (!isServed(object)) return
  if (output === null) seen.delete(object)
  if (typeof output !== 'object' || output === null) return
  const { revision, current } = output as { revision?: number; current?: number }
  seen.set(object, revision ?? current ?? 1)
}
