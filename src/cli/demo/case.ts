import { defineSession } from '../../index.ts'

/** What is known of a customer's case. */
export interface Case {
  order?: string
  /** Euros paid back. */
  refunded?: number
}

/** A session for each case, found by its order. */
export const CaseSession = defineSession<Case>('case', { pinned: ['order'], terms: { order: 'order' } })

/** What a customer writes. */
export interface Complaint {
  readonly order: string
  readonly text: string
}
