import { HoldfastError } from '../../src/core/index.ts'
import type { Engine } from '../../src/store/index.ts'
import type { Chance } from './chance.ts'
import { Place, type Scheduler } from './scheduler.ts'

/**
 * How a process reaches its engine. `inline`: the engine answers at once, as SQLite does on the calling thread. `thread`: commits
 * are answered later, everything else at once, as with SQLite's writer thread. `remote`: every request and every answer takes its
 * own time, as over a network.
 */
export type Transport = 'inline' | 'thread' | 'remote'

/** What goes wrong on the way, as probabilities of one call. */
export interface Weather {
  /** The request never arrives, and whoever asks is told so. */
  readonly loseRequest: number
  /** It is done, and the answer never arrives: whoever asks gets an error all the same. */
  readonly loseAnswer: number
}

export const fairWeather: Weather = { loseRequest: 0, loseAnswer: 0 }

/** The ways from processes to one engine. */
export class Network {
  weather: Weather = fairWeather
  /** Processes that do not reach the engine now. */
  readonly cut = new Set<Place>()
  readonly #scheduler: Scheduler
  readonly #chance: Chance
  readonly #engine = new Place('engine')

  constructor(scheduler: Scheduler, chance: Chance) {
    this.#scheduler = scheduler
    this.#chance = chance
  }

  /** The engine as one process sees it. */
  connect(engine: Engine, place: Place, transport: Transport): Engine {
    return new Proxy(engine, {
      get: (target, name, receiver) => {
        if (name === 'inFlight') return transport === 'inline' ? 1 : 2
        const value: unknown = Reflect.get(target, name, receiver)
        if (typeof value !== 'function' || name === 'close' || name === 'verify') return value
        const isLater = transport === 'remote' || (transport === 'thread' && name === 'commit')
        const call = isLater ? this.#later : this.#atOnce
        return (...args: unknown[]) => call.call(this, place, String(name), () => Reflect.apply(value, target, args) as unknown)
      },
    })
  }

  #atOnce(place: Place, name: string, work: () => unknown): unknown {
    if (this.cut.has(place) || this.#chance.happens(this.weather.loseRequest)) throw unreachable(name)
    const result = work()
    if (this.#chance.happens(this.weather.loseAnswer)) throw unreachable(name)
    return result
  }

  #later(place: Place, name: string, work: () => unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const answer = (label: string, tell: () => void): void =>
        this.#scheduler.submit(place, `${name} ${label}`, () => {
          if (label === 'answered' && (this.cut.has(place) || this.#chance.happens(this.weather.loseAnswer)))
            reject(unreachable(name))
          else tell()
        })
      this.#scheduler.submit(this.#engine, `${name} of ${place.name}`, () => {
        // What a process had sent before it died may still arrive.
        const isLost = !place.alive && this.#chance.happens(0.5)
        if (isLost || this.cut.has(place) || this.#chance.happens(this.weather.loseRequest)) {
          answer('failed', () => reject(unreachable(name)))
          return
        }
        try {
          const result = work()
          answer('answered', () => resolve(result))
        } catch (error) {
          answer('answered', () => reject(error))
        }
      })
    })
  }
}

function unreachable(name: string): HoldfastError<'unavailable'> {
  return new HoldfastError('unavailable', `The engine was not reached for ${name}`, { reason: 'io' })
}
