import type { AgentInputItem, SessionHistoryTransaction, SessionHistoryTransactionArgs } from '@openai/agents-core'
import { copyRich, equalRich, HoldfastError } from '../../core/index.ts'
import type { HistoryTx } from './history-tx.ts'
import { fingerprint } from './remembered.ts'

/** A change of a history that is to happen once, and what tells it from others. */
export interface Operation {
  readonly id: string
  readonly transaction: SessionHistoryTransaction
  readonly fingerprint: string
}

/** A copy of what a caller asks for, who may change it meanwhile. @throws invalid */
export function readTransaction(args: SessionHistoryTransactionArgs): Operation {
  const { operationId: id, transaction: given } = (args ?? {}) as Partial<SessionHistoryTransactionArgs>
  if (typeof id !== 'string' || id.trim() === '')
    throw new HoldfastError('invalid', `Expected an operation id that is not empty, got ${JSON.stringify(id)}`, {
      path: 'operationId',
    })
  const transaction = copyRich(given) as Partial<SessionHistoryTransaction> | null | undefined
  switch (transaction?.type) {
    case 'append_items':
      checkItems(transaction.items, 'items')
      break
    case 'replace_suffix':
      checkItems(transaction.expectedSuffix, 'expectedSuffix')
      checkItems(transaction.replacement, 'replacement')
      break
    default: {
      const message = `Expected a transaction of type append_items or replace_suffix, got ${JSON.stringify(transaction?.type)}`
      throw new HoldfastError('invalid', message, { path: 'transaction.type' })
    }
  }
  return { id, transaction: transaction as SessionHistoryTransaction, fingerprint: fingerprint(transaction) }
}

/** Applies an operation unless that was done before. @throws conflict, invalid */
export function applyTransaction(history: HistoryTx, operation: Operation, conversation: string): void {
  const { id, transaction } = operation
  const known = history.operations.get(id)
  if (known === operation.fingerprint) return
  if (known !== undefined) {
    const message = `Operation ${id} of conversation ${conversation} was applied with another transaction; take another id`
    throw new HoldfastError('invalid', message, { entity: conversation, path: 'operationId' })
  }
  if (transaction.type === 'append_items') history.append(transaction.items)
  else replaceSuffix(history, transaction.expectedSuffix, transaction.replacement, conversation)
  history.operations.put(id, operation.fingerprint)
}

function replaceSuffix(
  history: HistoryTx,
  expected: readonly AgentInputItem[],
  replacement: readonly AgentInputItem[],
  conversation: string,
): void {
  const { length } = expected
  const isThere = history.length >= length && (length === 0 || equalRich(history.last(length), expected))
  if (!isThere) {
    const message = `The newest ${length} items of conversation ${conversation} are not the expected ones; read them and decide anew`
    throw new HoldfastError('conflict', message, { entity: conversation })
  }
  history.replaceLast(length, replacement)
}

function checkItems(items: unknown, name: string): void {
  if (Array.isArray(items) && items.every((item) => typeof item === 'object' && item !== null && !Array.isArray(item))) return
  throw new HoldfastError('invalid', `Expected a list of items in ${name}`, { path: `transaction.${name}` })
}
