import { workerData } from 'node:worker_threads'
import { openDatabase } from './file.ts'

/** Opens each file at the same moment as the other threads do, and closes it again. */
const { files, threads, arrived } = workerData as { files: readonly string[]; threads: number; arrived: Int32Array }
for (const [i, file] of files.entries()) {
  let there = Atomics.add(arrived, i, 1) + 1
  Atomics.notify(arrived, i)
  for (; there < threads; there = Atomics.load(arrived, i)) Atomics.wait(arrived, i, there)
  openDatabase({ file, busyTimeout: 0 }).close()
}
