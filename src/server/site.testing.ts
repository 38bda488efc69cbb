import { onTestFinished } from 'vitest'
import { Holdfast, type OpenOptions } from '../index.ts'
import { createMemoryEngine, type Engine, Store } from '../store/index.ts'
import { createServer, type Server, type ServerOptions } from './index.ts'

/** An answer, read. */
export interface Read {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body where it is JSON. */
  readonly body: Readonly<Record<string, unknown>>
}

export interface Ask {
  readonly body?: unknown
  /** Sent as it is, in place of `body`. */
  readonly raw?: string | Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
}

/** A store of a test's own behind a server. */
export class Site {
  readonly hf: Holdfast
  readonly server: Server

  constructor(hf: Holdfast, server: Server) {
    this.hf = hf
    this.server = server
  }

  async ask(method: string, path: string, { body, raw, headers }: Ask = {}): Promise<Read> {
    const content = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    const request = new Request(`http://localhost${path}`, {
      method,
      headers: { ...(content !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(content !== undefined && { body: content }),
    })
    const response = await this.server.fetch(request)
    const text = await response.text()
    const isJson = (response.headers.get('content-type') ?? '').includes('json')
    return { status: response.status, headers: response.headers, text, body: isJson && text !== '' ? JSON.parse(text) : {} }
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Read> {
    return this.ask('GET', path, { headers })
  }

  /** A write to whatever revision there is. */
  write(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Read> {
    return this.ask(method, path, { ...(body !== undefined && { body }), headers: { 'if-match': '*', ...headers } })
  }

  make(id: string, session: object = {}): Promise<Read> {
    return this.ask('PUT', `/v1/sessions/${encodeURIComponent(id)}`, { body: session })
  }
}

/** Opens a store in memory and puts it on HTTP; both are closed when the test ends. */
export async function openSite(
  options: ServerOptions = {},
  store: OpenOptions = {},
  between: (engine: Engine) => Engine = (engine) => engine,
): Promise<Site> {
  const settings = { worker: false, logger: { warn() {}, error() {} }, ...store }
  const hf = new Holdfast(new Store(between(createMemoryEngine()), settings), settings)
  const server = createServer(hf, { console: null, ...options })
  onTestFinished(async () => {
    await server.close({ drainMs: 100 })
    await hf.close()
  })
  return new Site(hf, server)
}

/** Waits until something is so. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let looks = 0; looks < 500; looks++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`waited in vain for ${what}`)
}
