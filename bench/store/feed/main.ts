import { open } from '../../../src/index.ts'

/** Watches a store that another process writes to; tells it when which revision arrived, on the machine's monotonic clock. */
const [file = ''] = process.argv.slice(2)
const hf = await open(`file:${file}`)
const changes = hf.watch({ kind: 'session' })
await hf.feed.cursor()
// Listening keeps the process alive until the one that started it is done.
process.on('disconnect', () => process.exit())
process.send?.('watching')
for await (const change of changes) process.send?.([change.revision, Number(process.hrtime.bigint()) / 1e6])
