import type { Clock } from '../../src/core/index.ts'
import type { Chance } from './chance.ts'
import { Trace } from './trace.ts'

/**
 * Somewhere code runs: a process, the engine, the clients. Like an event loop it works in turns: some callbacks, then what was put
 * off with `setImmediate`.
 */
export class Place {
  readonly name: string
  alive = true
  /** The moment the running turn began; a reader may see the state of then. */
  turn = 0
  /** What the wall clock here is ahead of the others. */
  skew = 0
  readonly immediates: (() => void)[] = []
  /** Resolves when it dies: what waits for something of it can give up. */
  readonly death: Promise<void>
  readonly #die: () => void

  constructor(name: string) {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.name = name
    this.death = promise
    this.#die = resolve
  }

  /** Nothing that was under way here goes on. */
  kill(): void {
    this.alive = false
    this.#die()
  }
}

interface Task {
  readonly place: Place
  readonly label: string
  readonly run: () => void
}

interface Timer extends Task {
  readonly at: number
  isOff: boolean
}

/** When the simulated world begins, on the wall clock. */
const BEGINNING = Date.UTC(2026, 0, 1)
/** Time goes on although there is something to do, so often in bad times: what waits is late then. */
const HURRY = 0.03
/** So often a turn takes in everything that is ready for its place. */
const CROWDED = 0.3

/**
 * One thread of everything that happens in a simulated world. Whatever is ready, in whatever process, is taken in an order that
 * chance decides; nothing else runs until all that followed from it has come to rest.
 */
export class Scheduler {
  readonly trace = new Trace()
  /** Counts what has happened; histories are told in these moments. */
  moment = 0
  /** Where the running code runs. */
  current: Place | undefined
  /** True while time may go on past what there is to do. */
  isHurried = true
  readonly #chance: Chance
  readonly #ready: Task[] = []
  readonly #inTurn: Place[] = []
  /** By time, then in the order they were set. */
  readonly #timers: Timer[] = []
  #elapsed = 0

  constructor(chance: Chance) {
    this.#chance = chance
  }

  /** Milliseconds since the world began, as a stopwatch would tell: wall clocks may jump. */
  get elapsed(): number {
    return this.#elapsed
  }

  /** Something to be done at a place as soon as chance has it so. */
  submit(place: Place, label: string, run: () => void): void {
    this.#ready.push({ place, label, run })
  }

  /** Resolves with what `work` gives, run in a turn of that place. Never, when the place dies first. */
  at<Value>(place: Place, label: string, work: () => Value): Promise<Awaited<Value>> {
    return new Promise((resolve, reject) => {
      this.submit(place, label, () => {
        try {
          resolve(work() as Awaited<Value>)
        } catch (error) {
          reject(error)
        }
      })
    })
  }

  /** The `setImmediate` of the place whose code is running. */
  immediate(callback: () => void): void {
    const { current } = this
    if (current === undefined) throw new Error('Something runs that the simulation has not started')
    if (current.immediates.push(callback) === 1) this.#inTurn.push(current)
  }

  /** The clock of a place: its wall clock may jump and go wrong, its timers do not. */
  clock(place: Place): Clock {
    return {
      now: () => BEGINNING + this.#elapsed + place.skew,
      after: (ms, callback) => this.after(place, ms, callback),
    }
  }

  /** Calls back at a place after so much time; the result cancels. */
  after(place: Place, ms: number, run: () => void): () => void {
    const timer: Timer = { place, label: 'timer', run, at: this.#elapsed + Math.max(ms, 0), isOff: false }
    let index = this.#timers.length
    while (index > 0 && (this.#timers[index - 1] as Timer).at > timer.at) index--
    this.#timers.splice(index, 0, timer)
    return () => {
      timer.isOff = true
    }
  }

  /** Lets things happen until something has come true. False when time, or what there is to do, has run out before. */
  async until(isTrue: () => boolean, patience = Number.POSITIVE_INFINITY): Promise<boolean> {
    const deadline = this.#elapsed + patience
    while (!isTrue()) {
      if (!(await this.#step()) || this.#elapsed > deadline) return false
    }
    return true
  }

  /** Lets things happen until a promise has settled. */
  async settle<Value>(promise: Promise<Value>): Promise<Value> {
    let isSettled = false
    const end = (): void => {
      isSettled = true
    }
    promise.then(end, end)
    if (!(await this.until(() => isSettled))) throw new Error('Nothing is left to happen, and what was waited for has not')
    return promise
  }

  /** One thing happens. False when nothing can. */
  async #step(): Promise<boolean> {
    if (this.#ready.length + this.#inTurn.length === 0 || (this.isHurried && this.#chance.happens(HURRY))) this.#tick()
    const choices = this.#ready.length + this.#inTurn.length
    if (choices === 0) return false
    const choice = this.#chance.below(choices)
    if (choice < this.#ready.length) await this.#begin(take(this.#ready, choice))
    else await this.#endTurn(take(this.#inTurn, choice - this.#ready.length))
    return true
  }

  #takeReadyAt(place: Place): readonly Task[] {
    const isThere = (task: Task): boolean => task.place === place
    const found = this.#ready.filter(isThere)
    if (found.length > 0) this.#ready.splice(0, this.#ready.length, ...this.#ready.filter((task) => !isThere(task)))
    return found
  }

  async #begin({ place, label, run }: Task): Promise<void> {
    if (!place.alive) return
    this.moment++
    if (place.immediates.length === 0) place.turn = this.moment
    this.trace.add(place.name, label)
    await this.#run(place, run)
  }

  async #endTurn(place: Place): Promise<void> {
    // An event loop takes all that has come in before it goes on to what was put off.
    if (this.#chance.happens(CROWDED)) for (const task of this.#takeReadyAt(place)) await this.#begin(task)
    for (const callback of place.immediates.splice(0)) {
      if (!place.alive) return
      this.moment++
      this.trace.add(place.name, 'immediate')
      await this.#run(place, callback)
    }
  }

  /** Runs something with all the promises that follow from it. */
  async #run(place: Place, run: () => void): Promise<void> {
    this.current = place
    run()
    // Ticks come when no promise is left to go on.
    await new Promise<void>((resolve) => process.nextTick(resolve))
    this.current = undefined
  }

  /** Goes on to the time of the next timer, and makes ready all that are due then. */
  #tick(): void {
    let count = 0
    while (this.#timers[count]?.isOff || this.#timers[count]?.place.alive === false) count++
    const next = this.#timers[count]
    if (next !== undefined) {
      this.#elapsed = Math.max(this.#elapsed, next.at)
      while ((this.#timers[count]?.at ?? Number.POSITIVE_INFINITY) <= this.#elapsed) count++
    }
    for (const timer of this.#timers.splice(0, count)) {
      // It may be cancelled while it waits for its turn.
      const run = (): void => (timer.isOff ? undefined : timer.run())
      if (!timer.isOff) this.#ready.push({ ...timer, run })
    }
  }
}

/** Takes one out; the last one takes its place. */
function take<Item>(items: Item[], index: number): Item {
  const item = items[index] as Item
  const last = items.pop() as Item
  if (index < items.length) items[index] = last
  return item
}
