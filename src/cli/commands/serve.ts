import { open } from '../../index.ts'
import { LEASE_MS } from '../../runtime/index.ts'
import { type Address, createServer, DEFAULT_PORT, PrometheusMeter } from '../../server/index.ts'
import type { Call } from '../call.ts'
import type { Command } from '../command.ts'
import { dataEnvelope } from '../envelope.ts'
import { judging, UsageError } from '../usage-error.ts'

const HIGHEST_PORT = 65_535
const DRAIN_MS = 10_000

export const serve: Command = {
  name: 'serve',
  summary: 'the HTTP API, the feed and the console, until it is interrupted',
  arguments: [],
  options: {
    port: { value: 'N', help: `default $PORT, else ${DEFAULT_PORT}; 0 for any free one` },
    host: { value: 'HOST', help: 'an address of this machine alone: 127.0.0.1 (default), ::1, localhost' },
    lease: { value: 'MS', help: 'what a node that dies ran is run again elsewhere after so long; default 15000' },
    drain: { value: 'MS', help: 'after an interrupt, effects that run may take so long to end; default 10000' },
  },
  examples: ['serve', 'serve --port 8080 --store file:./agent.db', 'serve --store postgres://db.example/agents'],
  next: 'sessions',
  async run(call) {
    const { io, store } = call
    call.file()
    const meter = new PrometheusMeter()
    const lease = call.number('lease', 1000) ?? LEASE_MS
    const drainMs = call.number('drain', 0) ?? DRAIN_MS
    await using hf = await open(call.url, { meter, lease })
    const server = createServer(hf, { meter })
    const address = await judging('host', server.listen({ port: portOf(call), host: call.option('host') ?? '127.0.0.1' }))
    io.stdout.write(call.json ? `${dataEnvelope('serve', { ...address, store }, 0)}\n` : `${textOf(address, call)}\n`)
    await aborted(io.signal)
    if (!call.json) io.stderr.write('Closing: what runs and requests on their way are finished, feeds are ended\n')
    await hf.drain({ drainMs })
    await server.close()
    return undefined
  },
}

/** @throws UsageError */
function portOf(call: Call): number {
  const typed = call.option('port') === undefined ? call.io.env.PORT || undefined : undefined
  const port = typed === undefined ? call.number('port', 0) : Number(typed)
  if (port === undefined) return DEFAULT_PORT
  if (Number.isInteger(port) && port >= 0 && port <= HIGHEST_PORT) return port
  const name = typed === undefined ? '--port' : 'PORT'
  throw new UsageError(
    `Expected ${name} to be a port from 0 to ${HIGHEST_PORT}, got ${JSON.stringify(typed ?? String(port))}`,
    name,
  )
}

function textOf({ url }: Address, { paint, store }: Call): string {
  const line = (name: string, path: string) => `  ${name.padEnd(10)}${paint('cyan', url + path)}`
  return [
    `Holdfast serves ${store}`,
    line('console', '/'),
    line('API', '/docs'),
    line('sessions', '/v1/sessions'),
    line('feed', '/v1/feed'),
    'Ctrl-C ends it',
  ].join('\n')
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
