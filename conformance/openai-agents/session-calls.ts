import {
  type AgentInputItem,
  type SessionHistoryTransaction,
  type SessionHistoryTransactionAwareSession,
  user,
} from '@openai/agents-core'
import type { Chance } from '../fuzz/random.ts'

/** A call of a session. */
export interface SessionCall {
  readonly name: string
  on(session: SessionHistoryTransactionAwareSession): Promise<unknown>
}

/** Some call on a history that is `now`. */
export function anyCall(chance: Chance, now: readonly AgentInputItem[]): SessionCall {
  const some = (most: number): AgentInputItem[] =>
    Array.from({ length: chance.below(most) }, () => user(`said ${chance.below(1e9)}`))
  const make = chance.pick([addItems, addItems, getItems, popItem, transaction, transaction, clear])
  return make(chance, some, now)
}

type Some = (most: number) => AgentInputItem[]

function addItems(_: Chance, some: Some): SessionCall {
  const items = some(40)
  return { name: `addItems of ${items.length}`, on: (session) => session.addItems(items) }
}

function getItems(chance: Chance): SessionCall {
  const limit = chance.is(0.3) ? undefined : chance.below(150) - 5
  return { name: `getItems(${limit})`, on: (session) => session.getItems(limit) }
}

function popItem(): SessionCall {
  return { name: 'popItem', on: (session) => session.popItem() }
}

/** Rarely: a history is to become longer than a page. */
function clear(chance: Chance): SessionCall {
  return chance.is(0.1) ? { name: 'clearSession', on: (session) => session.clearSession() } : popItem()
}

/** Ids that come again, with the same and with other transactions; suffixes that fit and that do not. */
function transaction(chance: Chance, some: Some, now: readonly AgentInputItem[]): SessionCall {
  const operationId = `op-${chance.below(8)}`
  const length = chance.below(5)
  const fitting = length === 0 ? [] : now.slice(-length)
  const wanted = chance.pick<SessionHistoryTransaction>([
    { type: 'append_items', items: some(4) },
    { type: 'append_items', items: [user('always the same')] },
    { type: 'replace_suffix', expectedSuffix: fitting, replacement: some(4) },
    { type: 'replace_suffix', expectedSuffix: some(3), replacement: some(2) },
  ])
  return {
    name: `${wanted.type} as ${operationId}`,
    on: async (session) => session.applyHistoryTransaction({ operationId, transaction: wanted }),
  }
}
