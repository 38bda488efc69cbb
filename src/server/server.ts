import { HoldfastError } from '../core/index.ts'
import type { Holdfast } from '../holdfast.ts'
import { localOwner } from '../runtime/index.ts'
import type { SessionDefinition } from '../session/index.ts'
import type { Machine } from '../statechart/index.ts'
import { packageVersion } from '../version.ts'
import { createApp, documentOf } from './app.ts'
import { ConsoleFiles } from './console-files.ts'
import { Drawings } from './diagram/drawings.ts'
import { endpoints } from './endpoints/index.ts'
import { Frames } from './feed/frames.ts'
import { Subscriptions } from './feed/subscriptions.ts'
import { Guard } from './guard.ts'
import { Laboratory } from './laboratory/laboratory.ts'
import { type Address, Listener, type ListenOptions } from './listener.ts'
import { Machines } from './machines.ts'
import { checkBasePath, defaultLimits, type ServerOptions } from './options.ts'
import { LoadWatch } from './overview/load-watch.ts'
import { consoleFolders } from './package-info.ts'
import { problem } from './problem.ts'
import { invalid, type Refusal } from './refusal.ts'
import type { Services } from './services.ts'
import { SessionTexts } from './session-texts.ts'

/** A store over HTTP. */
export interface Server {
  /** Answers one request: hand it to any framework that speaks `Request` and `Response`. Never rejects. */
  readonly fetch: (request: Request) => Promise<Response>
  /**
   * Listens on an address of the loopback.
   * @throws invalid for any other address; unavailable when the port is taken.
   */
  listen(options?: ListenOptions): Promise<Address>
  /** Ends feeds, lets requests on their way finish within `drainMs` (default 5 s), and closes. The store stays open. */
  close(options?: { readonly drainMs?: number }): Promise<void>
}

/**
 * Puts a store on HTTP: sessions, their past, effects, a feed of every change, and the console. See docs/http.md.
 * @throws invalid for unusable options.
 */
export function createServer(hf: Holdfast, options: ServerOptions = {}): Server {
  const basePath = checkBasePath(options.basePath)
  const limits = { ...defaultLimits, ...options.limits }
  const guard = new Guard(options.hosts ?? [])
  const files = new ConsoleFiles(
    options.console === undefined ? consoleFolders : options.console === null ? [] : [options.console],
  )
  const definitions = (options.definitions ?? []).map((one) => [one.name, one as SessionDefinition] as const)
  let document: object | undefined
  let closing = false
  const services: Services = {
    ...{ hf, limits, basePath, meter: options.meter, definitions: new Map(definitions), version: packageVersion() },
    machines: new Machines(machinesOf(hf, options.machines)),
    drawings: new Drawings(),
    laboratory: new Laboratory(),
    principal: options.principal ?? (() => localOwner),
    subscriptions: new Subscriptions(limits.maxSubscribers),
    frames: new Frames(hf),
    texts: new SessionTexts(),
    load: new LoadWatch(hf),
    document: () => (document ??= documentOf(app, services.version, basePath)),
    isClosing: () => closing,
  }
  const app = createApp(services, endpoints, (request, path) => files.answer(request, path))
  const answer = async (request: Request): Promise<Response> => {
    try {
      hf.presence.answered()
      guard.check(request)
      return await withinTime(app.fetch(request), limits.requestMs)
    } catch (error) {
      return refusal(hf, request, error)
    }
  }
  const listener = new Listener(answer)
  return {
    fetch: answer,
    async listen(where) {
      const address = await listener.listen(where)
      hf.presence.serve(address.url)
      return address
    },
    async close({ drainMs = 5000 } = {}) {
      closing = true
      services.load.stop()
      services.drawings.close()
      services.laboratory.close()
      services.subscriptions.closeAll()
      await listener.close(drainMs)
    },
  }
}

/** Those the store was opened with, one of each version, and others a program wants to show. */
function machinesOf(hf: Holdfast, others: readonly Machine[] = []): Machine[] {
  const versions = new Map([...hf.machines.all].map(({ machine }) => [`${machine.id}@${machine.version}`, machine]))
  for (const { id, version } of others) versions.delete(`${id}@${version}`)
  return [...versions.values(), ...others]
}

/** The answer to a request that failed. What nobody foresaw is told to the operator, not to the client. */
function refusal(hf: Holdfast, request: Request, error: unknown): Response {
  const path = pathOf(request.url)
  const known = error instanceof HoldfastError ? error : asInput(error)
  if (known === undefined)
    hf.runtime.ports.logger.error('a request failed', { method: request.method, path, error: String(error) })
  return problem(known ?? error, path)
}

/** A body that broke off while it was read is the client's affair. */
function asInput(error: unknown): Refusal | undefined {
  const isReset = error instanceof Error && 'code' in error && error.code === 'ECONNRESET'
  const isBroken = isReset || (error instanceof TypeError && /body|aborted|closed/i.test(error.message))
  return isBroken ? invalid('Expected the whole body, got a part of it', 'body') : undefined
}

function pathOf(url: string): string {
  const start = url.indexOf('/', 8)
  return (start === -1 ? '/' : url.slice(start)).split('?', 1)[0]?.slice(0, 500) ?? '/'
}

/** @throws timeout */
async function withinTime(answer: Response | Promise<Response>, ms: number): Promise<Response> {
  if (!(answer instanceof Promise)) return answer
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = `This took longer than ${ms} ms; a write may yet come about: ask again with the same Idempotency-Key`
      reject(new HoldfastError('timeout', message, { after: ms }))
    }, ms)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
