import type { Tx } from '../runtime/index.ts'
import type { EventObject } from '../statechart/index.ts'
import type { DurableMachine } from './durable.ts'
import type { Machines } from './machines.ts'
import type { Work } from './work.ts'

/** What one instance has for another within a commit. */
export type Delivery =
  | {
      readonly do: 'start'
      readonly to: string
      readonly durable: DurableMachine
      readonly input: unknown
      readonly parent: NonNullable<Work['parent']>
    }
  | { readonly do: 'stop'; readonly to: string }
  /** A message from another instance. */
  | {
      readonly do: 'send'
      readonly to: string
      readonly event: EventObject
      readonly from: string
      readonly sendid?: string
    }
  /** What a child or an effect came to: it must not get lost. */
  | { readonly do: 'answer'; readonly to: string; readonly event: EventObject; readonly from?: string }

/** Where deliveries are handed in. */
export interface Post {
  readonly tx: Tx
  readonly machines: Machines
  /** Puts a delivery behind those that wait. */
  post(delivery: Delivery): void
}
