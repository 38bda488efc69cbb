import type { Holdfast } from '../../src/holdfast.ts'
import type { CommitOptions } from '../../src/runtime/index.ts'
import type { Calls, Ending, Request } from './calls.ts'
import type { Chance } from './chance.ts'
import { Order } from './order-machine.ts'

/** Accounts that money moves between; what they hold together never changes. */
export const ACCOUNTS = ['0/account', '1/account', '2/account', '3/account'] as const
/** What each begins with. */
export const MONEY = 100

/** What clients know to have happened, where no model tells: acknowledged, or perhaps. */
export interface Known {
  /** By machine: rounds that were begun for certain, and that may have been. */
  readonly rounds: Map<string, { sure: number; maybe: number }>
  /** Effects put, by entity. */
  readonly mails: Map<string, { sure: number; maybe: number }>
  /** Timers set for certain, as entity and name. */
  readonly alarms: { readonly entity: string; readonly name: string }[]
}

/** Agents beside those of objects.ts: what they do is judged in the end, by what is left of it. */
export class Agents {
  readonly known: Known = { rounds: new Map(), mails: new Map(), alarms: [] }
  readonly #calls: Calls
  readonly #chance: Chance
  readonly #report: (violation: string) => void
  #names = 0

  constructor(calls: Calls, chance: Chance, report: (violation: string) => void) {
    this.#calls = calls
    this.#chance = chance
    this.#report = report
  }

  /** Opens the accounts. */
  async begin(): Promise<void> {
    const pay = (hf: Holdfast) =>
      hf.commit((tx) => {
        for (const id of ACCOUNTS) tx.entity('account', id).set('money', MONEY)
      })
    while ((await this.#send(pay)) === undefined);
  }

  /** A step of the machine's agent: begins a round, if none is under way. */
  async machine(number: number): Promise<void> {
    const session = `${number}/shop`
    const start = (hf: Holdfast, options: CommitOptions) => hf.machine(Order, session, 'order').start(undefined, options)
    if ((await this.#send(async (hf, options) => (await start(hf, options)).id, true)) === undefined) return
    const go: Request<boolean>['run'] = async (hf, options) =>
      (await hf.machine(Order, session, 'order').send({ type: 'GO' }, options)).handled
    const end = await this.#calls.send({ run: go, isKeyed: true, madeBy: this.#calls.moment })
    if (end?.output !== false) tally(this.known.rounds, `${session}/order`, end)
  }

  async mail(number: number): Promise<void> {
    const id = `${number}/mail`
    const end = await this.#send((hf, options) =>
      hf.commit((tx) => {
        const entity = tx.entity('mail', id)
        entity.set('put', Number(entity.get('put') ?? 0) + 1)
        return entity.effect('mail', 'hello', this.#delay())
      }, options),
    )
    tally(this.known.mails, id, end)
  }

  async alarm(number: number): Promise<void> {
    const id = `${number}/alarm`
    const name = `${++this.#names}`
    const ms = this.#chance.below(5000)
    const end = await this.#send((hf, options) =>
      hf.commit((tx) => void tx.entity('alarm', id).timer(name, tx.now + ms), options),
    )
    if (end === undefined) return
    this.known.alarms.push({ entity: id, name })
    if (this.#chance.happens(0.3)) await this.#cancel(id, name)
  }

  /** A timer that has not rung is cancelled, and the entity says so. */
  async #cancel(id: string, name: string): Promise<void> {
    await this.#send((hf, options) =>
      hf.commit((tx) => {
        const entity = tx.entity('alarm', id)
        if (entity.get(`rang/${name}`) !== undefined) return
        entity.cancelTimer(name)
        entity.set(`cancelled/${name}`, 1)
      }, options),
    )
  }

  async transfer(): Promise<void> {
    const [from, to] = [this.#chance.pick(ACCOUNTS), this.#chance.pick(ACCOUNTS)]
    await this.#send((hf, options) =>
      hf.commit((tx) => {
        const [giver, taker] = [tx.entity('account', from), tx.entity('account', to)]
        giver.set('money', Number(giver.get('money')) - 1)
        taker.set('money', Number(taker.get('money')) + 1)
      }, options),
    )
  }

  /** Looks at all accounts at once. */
  async audit(): Promise<void> {
    const run = (hf: Holdfast) =>
      hf.commit((tx) => ACCOUNTS.reduce((sum, id) => sum + Number(tx.entity('account', id).get('money')), 0))
    const end = await this.#calls.send({ run })
    const wanted = ACCOUNTS.length * MONEY
    if (end !== undefined && end.output !== wanted) this.#report(`R14: the accounts hold ${end.output} together, not ${wanted}`)
  }

  /** Sessions that grow, are forked, deleted and made again: what they were is judged by the ledger. */
  async note(number: number): Promise<void> {
    const id = `${number}/note`
    const what = this.#chance.weighted({ write: 6, fork: 2, destroy: 1 })
    if (what === 'write') {
      const text = 'word '.repeat(1 + this.#chance.below(60))
      const path = this.#chance.pick(['a', 'b', 'c.d'])
      await this.#send((hf, options) => hf.session(id).set(path, text, options))
      return
    }
    const name = `${number}/note-${++this.#names}`
    await this.#send(async (hf) => {
      const session = hf.session(id)
      await ignoring('not_found', what === 'fork' ? session.fork(name) : session.destroy())
      return null
    }, false)
  }

  /** Forgets what retention does not keep, while others go on. */
  async sweep(): Promise<void> {
    await this.#send(async (hf) => (await hf.sweeper.sweep()).records, false)
  }

  #delay(): { delay?: number } {
    return this.#chance.happens(0.5) ? {} : { delay: this.#chance.below(2000) }
  }

  #send<Output>(run: Request<Output>['run'], isKeyed = this.#chance.happens(0.5)): Promise<Ending<Output>> {
    return this.#calls.send({ run, isKeyed })
  }
}

function tally(counts: Map<string, { sure: number; maybe: number }>, name: string, end: Ending<unknown>): void {
  const count = counts.get(name) ?? { sure: 0, maybe: 0 }
  counts.set(name, count)
  if (end === undefined) count.maybe++
  else count.sure++
}

/** An answer like others where things come and go. */
async function ignoring(code: string, work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (Object(error).code !== code) throw error
  })
}
