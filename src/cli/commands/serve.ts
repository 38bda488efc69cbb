import { open } from '../../index.ts'
import { LEASE_MS } from '../../runtime/index.ts'
import { type Address, createServer, PrometheusMeter } from '../../server/index.ts'
import type { Call } from '../call.ts'
import type { Command } from '../command.ts'
import { dataEnvelope } from '../envelope.ts'
import { interruption } from '../interruption.ts'
import { port, portOf } from '../port.ts'
import { judging } from '../usage-error.ts'

const DRAIN_MS = 10_000

export const serve: Command = {
  name: 'serve',
  summary: 'the HTTP API, the feed and the console, until it is interrupted',
  arguments: [],
  options: {
    port,
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
    await interruption(io.signal)
    if (!call.json) io.stderr.write('Closing: what runs and requests on their way are finished, feeds are ended\n')
    await hf.drain({ drainMs })
    await server.close()
    return undefined
  },
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
