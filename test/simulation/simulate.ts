import { Agents } from './agents.ts'
import { Calls } from './calls.ts'
import { Chance } from './chance.ts'
import { type Climate, climateOf } from './climate.ts'
import { FeedWatch } from './feed-watch.ts'
import { judge } from './judge.ts'
import { Mishaps } from './mishaps.ts'
import { fairWeather } from './network.ts'
import { objectKindOf } from './objects.ts'
import { type Plant, sound } from './plants.ts'
import { withoutPlatform } from './takeover.ts'
import { World } from './world.ts'

/** What to simulate. */
export interface SimulationOptions {
  readonly seed: number
  /** What clients ask, and mishaps, taken together. Default 200. */
  readonly steps?: number
  /** A bug to put into the engine. */
  readonly plant?: Plant | undefined
  /** Told of each thing that happens. */
  readonly onLine?: ((line: string) => void) | undefined
}

/** What came of it. */
export interface Simulation {
  readonly seed: number
  readonly violations: readonly string[]
  /** The same for runs that are the same. */
  readonly trace: string
  /** Things that happened, and records that were made. */
  readonly events: number
  readonly records: number
  readonly crashes: number
  /** Histories that would have taken too long to judge. */
  readonly undecided: number
}

/** No effect waits longer, no lease and no partition lasts longer. */
const PATIENCE_MS = 10 * 60_000

/** Runs one world from a seed to its end, and judges it. */
export async function simulate({ seed, steps = 200, plant = sound, onLine }: SimulationOptions): Promise<Simulation> {
  const violations: string[] = []
  const climate = climateOf(new Chance(seed, 'climate'))
  const world = new World(seed, climate, plant, (violation) => violations.push(violation))
  const { scheduler } = world
  scheduler.trace.onLine = onLine
  const run = new Run({ seed, steps, climate, world, report: (violation) => violations.push(violation) })
  const immediate = (callback: () => void): void => scheduler.immediate(callback)
  try {
    await withoutPlatform(new Chance(seed, 'platform'), immediate, () => scheduler.settle(run.all()))
  } catch (error) {
    violations.push(`The run broke off: ${error instanceof Error ? error.stack : String(error)}`)
  }
  const { trace, moment } = scheduler
  for (const violation of violations) trace.add(violation)
  const { crashes, undecided } = run
  return { seed, violations, trace: trace.hash, events: moment, records: world.ledger.logs.flat().length, crashes, undecided }
}

interface RunOptions {
  readonly seed: number
  readonly steps: number
  readonly climate: Climate
  readonly world: World
  readonly report: (violation: string) => void
}

/** The life of one world. */
class Run {
  readonly #options: RunOptions
  readonly #calls: Calls
  readonly #agents: Agents
  readonly #mishaps: Mishaps
  readonly #chance: Chance
  #left: number
  #values = 0
  /** Histories that could not be judged. */
  undecided = 0

  constructor(options: RunOptions) {
    const { seed, world, report } = options
    this.#options = options
    this.#calls = new Calls(world, new Chance(seed, 'calls'), report)
    this.#agents = new Agents(this.#calls, new Chance(seed, 'agents'), report)
    this.#mishaps = new Mishaps(world, new Chance(seed, 'mishaps'))
    this.#chance = new Chance(seed, 'steps')
    this.#left = options.steps
  }

  get crashes(): number {
    return this.#mishaps.crashes
  }

  async all(): Promise<void> {
    const { seed, climate, world, report } = this.#options
    for (let index = 0; index < climate.nodes; index++) await world.open(index)
    const watches = await this.#watches()
    await this.#agents.begin()
    world.network.weather = climate.weather
    await Promise.all(Array.from({ length: climate.clients }, () => this.#client()))
    world.network.weather = fairWeather
    await this.#mishaps.end()
    await this.#rest(watches)
    await this.#look()
    await this.#rest(watches)
    for (const watch of watches) watch.end()
    const witness = await world.open(climate.nodes, 'inline')
    const chance = new Chance(seed, 'judge')
    this.undecided = await judge({ world, calls: this.#calls, agents: this.#agents, watches, witness, chance, report })
  }

  async #watches(): Promise<readonly FeedWatch[]> {
    const { seed, world, report } = this.#options
    const [first] = world.up
    const cursor = first && (await world.scheduler.at(first.place, 'cursor', () => first.hf.feed.cursor()))
    const watches = ['one', 'two'].map((name) => new FeedWatch(world, new Chance(seed, `watch ${name}`), cursor ?? ''))
    for (const watch of watches) watch.run().catch((error: unknown) => report(`R51: a watch failed: ${String(error)}`))
    return watches
  }

  async #client(): Promise<void> {
    const { climate, world } = this.#options
    while (this.#left-- > 0) {
      await world.pause(this.#chance.below(climate.pace))
      if (this.#chance.happens(climate.mishaps)) await this.#mishaps.strike()
      else if (this.#chance.happens(0.2)) await Promise.all([this.#ask(), this.#ask(), this.#ask()])
      else await this.#ask()
    }
  }

  async #ask(): Promise<void> {
    // The lower the number, the busier the agent.
    const number = Math.floor(this.#chance.fraction() ** 3 * this.#options.climate.agents)
    const agents = this.#agents
    const what = this.#chance.weighted({
      ...{ session: 6, counter: 6, queue: 3, lease: 3, document: 4 },
      ...{ machine: 3, mail: 2, alarm: 2, transfer: 4, audit: 4, note: 3, sweep: 1 },
    })
    const object = `${number}/${what}`
    const kind = objectKindOf(object)
    if (kind !== undefined) {
      const asking = { chance: this.#chance, now: this.#options.world.scheduler.elapsed, fresh: () => ++this.#values }
      await this.#calls.send({ isKeyed: this.#chance.happens(0.5), ...kind.ask(object, asking) })
    } else if (what === 'transfer') await agents.transfer()
    else if (what === 'audit' || what === 'sweep') await agents[what]()
    else if (what === 'machine' || what === 'mail' || what === 'alarm' || what === 'note') await agents[what](number)
  }

  /** Nothing is promised any more, and everybody has heard of everything. */
  async #rest(watches: readonly FeedWatch[]): Promise<void> {
    const { world, report } = this.#options
    const { ledger, scheduler } = world
    const deadline = scheduler.elapsed + PATIENCE_MS
    const due = (): string[] => [...ledger.outbox].filter(([, { state }]) => state === 'due').map(([id]) => id)
    const behind = (): FeedWatch[] => watches.filter((watch) => !watch.isThrough)
    const isQuiet = (): boolean => due().length + behind().length === 0 && world.up.every(({ hf }) => hf.runtime.pending === 0)
    while (!isQuiet() && scheduler.elapsed < deadline) await world.pause(500)
    if (due().length > 0) report(`I7: these are still due after ${PATIENCE_MS / 60_000} quiet minutes: ${due().join(', ')}`)
  }

  /** Asks each object what it has come to. */
  async #look(): Promise<void> {
    const { world } = this.#options
    for (const object of new Set(this.#calls.history.map((call) => call.object))) {
      const look = objectKindOf(object)?.look(object, world.scheduler.elapsed + PATIENCE_MS)
      if (look !== undefined) await this.#calls.send(look)
    }
  }
}
