/** A chart in one interpreter. */
export interface Run {
  /** Keys of the active atomic and final states, sorted. */
  states(): string[]
  /** What entries, exits and transitions have written so far. */
  log(): readonly string[]
  isDone(): boolean
  send(event: string): void
}

/** So many transitions that no event from outside asked for, in one life. */
export const FUEL = 20

/** What guards look at, and actions change. */
export interface Memory {
  readonly log: readonly string[]
  readonly count: number
  readonly fuel: number
}

export const BLANK: Memory = { log: [], count: 0, fuel: FUEL }
