// `npm start`: the API and the console over a sample workspace, which is made on the first start and kept.
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { HoldfastError, open } from 'holdfast'
import { createServer, DEFAULT_PORT, PrometheusMeter } from 'holdfast/server'
import { machines } from './machines.ts'
import { definitions, seed } from './seed.ts'
import { tasks } from './tasks.ts'

const store = process.env.HOLDFAST_STORE || 'file:./workspace.db'
const { values } = parseArgs({ options: { port: { type: 'string' } } })
const port = Number(values.port ?? (process.env.PORT || DEFAULT_PORT))
const end = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end.abort())

try {
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535))
    throw new HoldfastError(
      'invalid',
      `Expected --port or PORT to be a port from 0 to 65535, got ${values.port ?? process.env.PORT}`,
      {},
    )
  if (store.startsWith('file:') && !existsSync(store.slice(5))) {
    const made = await seed(store, Date.now())
    console.log(`Made a sample workspace of ${made} sessions in ${store}; delete the file to begin anew\n`)
  }
  await serve()
} catch (error) {
  if (!(error instanceof HoldfastError)) throw error
  console.error(`holdfast: ${error.message} (${error.code})`)
  process.exitCode = 1
}

async function serve(): Promise<void> {
  const meter = new PrometheusMeter()
  const hf = await open(store, { meter, machines, tasks })
  const shown = machines.map(({ machine }) => machine)
  const server = createServer(hf, { meter, definitions: Object.values(definitions), machines: shown })
  const { url } = await server.listen({ port })
  console.log(`Open ${url}
  the API        ${url}/docs
  one session    curl ${url}/v1/sessions/support%2Forder-1077
  every change   curl -N ${url}/v1/feed

In another terminal
  npx holdfast sessions --store ${store}
  npx holdfast history support/order-1042 --store ${store}
  npm run demo -- --port 4601

Ctrl-C ends it`)
  await new Promise((resolve) => end.signal.addEventListener('abort', resolve, { once: true }))
  await server.close()
  // Tools of the sample never end by themselves; the next start goes on with them.
  await hf.close({ drainMs: 500 })
}
