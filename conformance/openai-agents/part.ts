/** For how long a process holds the run that it resumes, when it is dead, milliseconds. */
export const LEASE = 3000

/** What a process of the agent is to do. */
export interface Part {
  readonly url: string
  /** A file where each payment is noted. */
  readonly ledger: string
  readonly act: 'begin' | 'resume'
  /** Where it is to stand still and say so, to be killed: when the run is saved, when the tool has paid, when the model is asked with the receipt. */
  readonly stopAt?: 'saved' | 'paid' | 'answered'
}

/** What a process tells of itself. */
export interface Told {
  readonly at?: string
  readonly done?: string
  readonly refused?: string
}

/** What a process that writes transactions is to do: each writer applies each of these operations. */
export interface Writing {
  readonly url: string
  readonly writers: number
  readonly operations: readonly string[]
}
