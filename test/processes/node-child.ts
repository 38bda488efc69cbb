import { open } from '../../src/holdfast.ts'
import { createServer } from '../../src/server/index.ts'

/**
 * A node: runs jobs and rings timers, serves HTTP, and drains on SIGTERM as `holdfast serve` does. A job is done at once, unless the node
 * is told to hold jobs: then each waits until its parent says `finish`. It tells what begins and what is lost.
 */
const [url = '', lease = '0', holds = '', drain = '0'] = process.argv.slice(2)
const tell = (message: object): void => void process.send?.(message)
const finish = Promise.withResolvers<void>()
let lost = 0
const hf = await open(url, {
  lease: Number(lease),
  meter: {
    count(name) {
      if (name === 'effect.lost') tell({ lost: ++lost })
    },
    gauge() {},
    record() {},
  },
  effects: {
    job: {
      timeout: 600_000,
      async run(payload, { epoch }) {
        const { job } = payload as { job: number }
        tell({ job, epoch, at: Date.now() })
        if (holds === 'hold') await finish.promise
        return { by: process.pid, epoch }
      },
      done(_, entity, { payload, ...outcome }) {
        const { job } = payload as { job: number }
        const key = `job ${job}`
        entity.set(key, [...((entity.get(key) ?? []) as unknown[]), outcome.ok ? outcome.value : String(outcome.error)])
      },
    },
  },
  timers: {
    doc(_, entity, { name, due }) {
      const rung = (entity.get(name) ?? []) as unknown[]
      entity.set(name, [...rung, { by: process.pid, late: Date.now() - due }])
    },
  },
})
const server = createServer(hf, { console: null })
const address = await server.listen({ port: 0 })
tell({ url: address.url, id: hf.dispatcher.owner, pid: process.pid })
process.on('message', (message) => {
  if (message === 'finish') finish.resolve()
})
await new Promise((resolve) => process.once('SIGTERM', resolve))
await hf.drain({ drainMs: Number(drain) })
tell({ drained: true })
await server.close()
await hf.close()
process.disconnect()
