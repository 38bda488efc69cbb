import type { Retention } from '../../src/runtime/index.ts'
import type { Chance } from './chance.ts'
import type { Transport, Weather } from './network.ts'

/** How a world is: crowded or empty, calm or wild. */
export interface Climate {
  readonly nodes: number
  readonly transport: Transport
  /** Logs that the entities are spread over. */
  readonly partitions: number
  readonly cacheBytes: number
  /** What of the past is swept when clients ask for it. */
  readonly retention: Retention
  readonly weather: Weather
  readonly clients: number
  /** Of each kind. */
  readonly agents: number
  /** Milliseconds between two requests of a client, at most. */
  readonly pace: number
  /** Which part of the steps is mishaps. */
  readonly mishaps: number
}

export function climateOf(chance: Chance): Climate {
  const pick = <Item>(...items: [Item, ...Item[]]): Item => chance.pick(items)
  return {
    nodes: pick(1, 2, 2, 3),
    transport: pick<Transport>('inline', 'thread', 'remote'),
    partitions: pick(1, 1, 4),
    cacheBytes: pick(0, 20_000, 1_000_000),
    retention: pick<Retention>({}, { history: 500, revisions: 2 }, { history: 5000, revisions: 10 }),
    weather: { loseRequest: pick(0, 0.01, 0.1), loseAnswer: pick(0, 0.01, 0.05) },
    clients: pick(1, 4, 12),
    agents: pick(2, 10, 300),
    pace: pick(5, 50, 2000),
    mishaps: pick(0, 0.02, 0.1),
  }
}
