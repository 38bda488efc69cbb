import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** Checkpoints of a file's write-ahead log on a thread of their own, as the engine has them. */
export interface Checkpoints {
  /** Asks for one; nothing happens while one runs. */
  request(): void
  close(): Promise<void>
}

const IDLE = 0
const BUSY = 1

const SOURCE = `
const { parentPort, workerData } = require('node:worker_threads')
const { DatabaseSync } = require('node:sqlite')
const state = new Int32Array(workerData.state)
let db
parentPort.on('message', () => {
  db ??= new DatabaseSync(workerData.file)
  db.prepare('pragma wal_checkpoint(passive)').get()
  Atomics.store(state, 0, ${IDLE})
})
`

export async function startCheckpoints(file: string): Promise<Checkpoints> {
  const state = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(SOURCE, { eval: true, workerData: { file, state: state.buffer } })
  await once(worker, 'online')
  return {
    request() {
      if (Atomics.compareExchange(state, 0, IDLE, BUSY) === IDLE) worker.postMessage('checkpoint')
    },
    async close() {
      await worker.terminate()
    },
  }
}
