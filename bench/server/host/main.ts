import { createServer as createHttpServer } from 'node:http'
import { open } from '../../../src/index.ts'
import { createServer } from '../../../src/server/index.ts'

/** A process with two servers: one that only says hello, and Holdfast's. Prints where they are, then waits to be ended. */
const [store = 'memory:'] = process.argv.slice(2)
const hf = await open(store, { worker: false })
await hf.session('hot').update((state) => {
  Object.assign(state, {
    customer: { name: 'Ann', tier: 'gold' },
    cart: { items: [{ sku: 'a-1', qty: 2 }] },
    n: 0,
    notes: 'x'.repeat(400),
  })
})
const server = createServer(hf)
const { port } = await server.listen({ port: 0 })
const body = JSON.stringify({ hello: 'world' })
const bare = createHttpServer((incoming, outgoing) => {
  incoming.resume()
  outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length })
  outgoing.end(body)
})
bare.listen(0, '127.0.0.1', () => {
  const address = bare.address()
  console.log(JSON.stringify({ port, bare: typeof address === 'object' && address !== null ? address.port : 0 }))
})
// Whoever measures may die without a word; the channel to it closes then.
process.on('disconnect', () => process.exit(0))
process.on('message', (wanted: { commits: number }) => {
  void commit(wanted.commits)
})

/** Commits now and then, each with the time at which it was asked for. */
async function commit(commits: number): Promise<void> {
  for (let n = 0; n < commits; n++) {
    await new Promise((resolve) => setTimeout(resolve, 15))
    await hf.session('told').set('n', n, { event: { name: 'tick', data: performance.timeOrigin + performance.now() } })
  }
  process.send?.('done')
}
