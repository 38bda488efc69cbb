import type { Segment } from '../../core/index.ts'

/** The children of a container in a draft, as the proxies over it need them. Arrays name theirs by position, from `first` on. */
export interface BranchView {
  first: number
  length: number
  get(name: Segment): unknown
  has(name: Segment): boolean
  set(name: Segment, value: unknown): void
  /** True when there was one. */
  delete(name: Segment): boolean
  /** Names of the children of an object or map, in their order. */
  names(): string[]
}
