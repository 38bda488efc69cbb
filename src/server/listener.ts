import { createServer as createHttpServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { getRequestListener } from '@hono/node-server'
import { HoldfastError } from '../core/index.ts'

/** Where to listen. */
export interface ListenOptions {
  /** Default 4600; 0 for any free one. */
  readonly port?: number
  /** `127.0.0.1` (default), `::1` or `localhost`. */
  readonly host?: string
}

/** Where a server listens. */
export interface Address {
  readonly host: string
  readonly port: number
  /** e.g. `http://127.0.0.1:4600` */
  readonly url: string
}

/** Where a server listens unless told otherwise. */
export const DEFAULT_PORT = 4600
const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost'])

/** Node keeps 300 slow connections open by default; these let them go. */
const TIMES = { headersTimeout: 3000, requestTimeout: 5000, connectionsCheckingInterval: 500, keepAliveTimeout: 5000 } as const
/** No request for so long: whatever had been sent before has been read. */
const QUIET_MS = 50
const LOOK_MS = 10
const MOST_HEADER_BYTES = 16 * 1024

/** A socket in front of a handler of requests. */
export class Listener {
  readonly #answer: (request: Request) => Promise<Response>
  #server: HttpServer | undefined
  #listener: ReturnType<typeof getRequestListener> | undefined
  /** Requests that have not been answered yet. */
  #running = 0
  #draining = false

  constructor(answer: (request: Request) => Promise<Response>) {
    this.#answer = answer
  }

  async listen({ port = DEFAULT_PORT, host = '127.0.0.1' }: ListenOptions = {}): Promise<Address> {
    checkHost(host)
    if (this.#server !== undefined)
      throw new HoldfastError('invalid', 'This server listens already; make another one', { path: 'port' })
    this.#listener = getRequestListener((request) => this.#answer(request), {
      hostname: host,
      errorHandler: () => new Response('Bad Request', { status: 400 }),
    })
    const server = createHttpServer({ ...TIMES, maxHeaderSize: MOST_HEADER_BYTES }, (incoming, outgoing) =>
      this.#begin(incoming, outgoing),
    )
    this.#server = server
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(cannotListen(error, host, port)))
      server.listen(port, host, resolve)
    }).catch((error: unknown) => {
      this.#server = undefined
      throw error
    })
    const address = server.address()
    const actual = typeof address === 'object' && address !== null ? address.port : port
    return { host, port: actual, url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}` }
  }

  /** What has been sent is answered; connections are told to end with their answer. */
  async close(drainMs: number): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (server === undefined) return
    this.#draining = true
    const force = setTimeout(() => server.closeAllConnections(), drainMs)
    for (let waited = 0, quiet = 0; quiet < QUIET_MS && waited < drainMs; waited += LOOK_MS) {
      await wait(LOOK_MS)
      quiet = this.#running === 0 ? quiet + LOOK_MS : 0
    }
    await new Promise<void>((resolve) => server.close(() => resolve()))
    clearTimeout(force)
  }

  #begin(incoming: IncomingMessage, outgoing: ServerResponse): void {
    if (this.#draining) outgoing.shouldKeepAlive = false
    this.#running++
    outgoing.once('close', () => {
      this.#running--
    })
    void this.#listener?.(incoming, outgoing)
  }
}

/** Whoever reaches the port may do everything, so nobody beyond this machine may reach it. */
function checkHost(host: string): void {
  if (LOOPBACK.has(host)) return
  const message = `Expected a host of this machine alone (${[...LOOPBACK].join(', ')}), got ${JSON.stringify(host)}: there are no credentials yet, so anybody who reaches the port may do everything. Put a proxy that knows its users in front`
  throw new HoldfastError('invalid', message, { path: 'host' })
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): HoldfastError {
  if (error.code === 'EADDRINUSE') {
    const message = `Port ${port} of ${host} is taken, perhaps by another Holdfast; stop that, or take another with --port ${port + 1} or PORT=${port + 1}`
    return new HoldfastError('unavailable', message, { reason: 'busy' }, { cause: error })
  }
  if (error.code === 'EACCES') {
    const message = `Port ${port} may not be opened by this user; take one above 1023`
    return new HoldfastError('forbidden', message, { action: 'listen' }, { cause: error })
  }
  return new HoldfastError(
    'unavailable',
    `Cannot listen on ${host}:${port}: ${error.message}`,
    { reason: 'io' },
    { cause: error },
  )
}
