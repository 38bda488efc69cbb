import { parentPort, workerData } from 'node:worker_threads'
import { HoldfastError } from '../../core/index.ts'
import { Applier } from './apply.ts'
import { type Connection, type ConnectionOptions, connect } from './connection.ts'
import type { Answer, Order } from './thread.ts'

/** The writer thread: commits where fsync is slow or another process holds the lock, and every checkpoint. */
const port = parentPort
if (port === null) throw new HoldfastError('invalid', 'writer.ts runs as a worker thread only', {})

let open: { readonly connection: Connection; readonly applier: Applier } | undefined

port.on('message', (order: Order) => {
  const answer = perform(order)
  port.postMessage({ ...answer, commitMs: open?.connection.commitMs ?? 0 } satisfies Answer)
  if (order.do === 'close') port.close()
})

function perform(order: Order): Pick<Answer, 'receipts' | 'error'> {
  try {
    if (order.do === 'commit') return { receipts: opened().applier.apply(order.batch) }
    if (order.do === 'checkpoint') opened().connection.all(`pragma wal_checkpoint(${order.mode})`)
    else open?.connection.close()
    return {}
  } catch (error) {
    const { code, message, details } = error as Partial<HoldfastError>
    return { error: { code: code ?? 'unavailable', message: message ?? String(error), details: details ?? { reason: 'engine' } } }
  }
}

/** Opened with the first order, so that its caller is told what stands in the way. */
function opened(): NonNullable<typeof open> {
  if (open === undefined) {
    const connection = connect(workerData as ConnectionOptions)
    open = { connection, applier: new Applier(connection) }
  }
  return open
}
