/** What `apply_plain` and `apply_single` answer: where each partition stood, and the number and last time of each entity. */
export interface PlainAnswer {
  readonly seq: readonly number[]
  readonly num: readonly number[]
  readonly updated: readonly number[]
}
