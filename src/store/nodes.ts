import type { Awaitable } from './awaitable.ts'

/** `draining`: it takes no more work and ends what it has. */
export type NodeState = 'up' | 'draining'

/** What a node tells of how it goes; a later version may tell more, an earlier one less. */
export interface NodeLoad {
  /** Effects and timers that run in it. */
  readonly running?: number
  /** Decisions submitted and not yet answered. */
  readonly pending?: number
  /** Records of others that its cache had not followed. */
  readonly behind?: number
  /** 99th percentile of the delay of its event loop since the last beat, in milliseconds. */
  readonly delay?: number
  /** HTTP requests a second since the last beat. */
  readonly requests?: number
  /** Its clock less the clock of the database, in milliseconds. */
  readonly skew?: number
  /** Bytes of memory the process has. */
  readonly memory?: number
}

/** A process that works on a store, in its own words. */
export interface NodeBeat {
  /** The owner that its claims name. */
  readonly id: string
  /** The machine it runs on. */
  readonly name: string
  readonly pid: number
  readonly version: string
  /** Where it answers HTTP; null when it does not. */
  readonly address: string | null
  /** By its own clock, in milliseconds since the epoch. */
  readonly started: number
  readonly state: NodeState
  /** Milliseconds of silence after which it counts as dead. */
  readonly lease: number
  readonly load: NodeLoad
}

/** A node as the register has it. */
export interface NodeRow extends NodeBeat {
  /** Time of its last beat, by the database's clock. */
  readonly seen: number
  /** Milliseconds since then, by the same clock. */
  readonly silent: number
}

/**
 * The register of the processes that work on one database: an optional part of the engine port, for engines that several machines
 * share. Nothing depends on it but what is shown: what runs where is decided by leases and epochs alone.
 */
export interface NodeRegistry {
  /**
   * Tells that a node lives, and how it goes; one statement. Nodes that have been silent for a day are forgotten. Returns the time by
   * the database's clock.
   */
  beat(beat: NodeBeat): Awaitable<number>
  /** All that are known, by name, then start, then id. */
  list(): Awaitable<readonly NodeRow[]>
  /** Forgets a node that has ended in order. */
  leave(id: string): Awaitable<void>
}

/** Whether a node is expected to go on: it has been heard of within its lease. */
export function isAlive({ silent, lease }: Pick<NodeRow, 'silent' | 'lease'>): boolean {
  return silent <= lease
}
