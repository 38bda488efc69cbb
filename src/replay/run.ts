import type { Json } from '../core/index.ts'

/** How a recorded run is written down: OpenAI chat messages, or turns annotated with dialogue state. */
export type RunFormat = 'chat' | 'dialogue'

/** One recorded run of an agent, to become one session. */
export interface Run<Item = unknown> {
  /** The session's id. The part before the first `/` decides the partition. */
  readonly id: string
  readonly format: RunFormat
  readonly user: string | undefined
  readonly tags: readonly string[]
  readonly steps: readonly Step<Item>[]
}

/** One message or turn, to become one revision. */
export interface Step<Item = unknown> {
  readonly item: Item
  /** What the revision's event is called, and what it carries. */
  readonly event: string
  readonly data: Json
}
