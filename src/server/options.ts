import { HoldfastError } from '../core/index.ts'
import type { Principal } from '../runtime/index.ts'
import type { SessionDefinition } from '../session/index.ts'
import type { Machine } from '../statechart/index.ts'
import type { PrometheusMeter } from '../telemetry/index.ts'

/** How a server is made. */
export interface ServerOptions {
  /** Where the API lives under a larger server, e.g. `/holdfast`. Default: the root. */
  readonly basePath?: string
  /** Names beside those of the loopback under which requests may arrive, without port. */
  readonly hosts?: readonly string[]
  /** Definitions by which sessions are made and checked. */
  readonly definitions?: readonly SessionDefinition<object>[]
  /** Statecharts to show beside those the store was opened with; of several versions the last is the current one. */
  readonly machines?: readonly Machine[]
  /** Who asks. Default: the local owner. Throws `unauthenticated` to refuse. */
  readonly principal?: (request: Request) => Principal
  /** The meter the store was opened with; without it `/metrics` shows what the server itself can see. */
  readonly meter?: PrometheusMeter
  /** Folder of the console's built files; null for none. Default: where the package has them. */
  readonly console?: string | null
  readonly limits?: ServerLimits
}

/** What a client may ask for at most. */
export interface ServerLimits {
  /** Default 1 MiB. */
  readonly maxBodyBytes?: number
  /** Levels of nesting. Default 64. */
  readonly maxJsonDepth?: number
  /** Milliseconds until a request is answered with 504. Default 10,000. */
  readonly requestMs?: number
  /** Open feeds. Default 1,000. */
  readonly maxSubscribers?: number
  /** Bytes of a feed that wait for their reader. Default 64 KiB. */
  readonly feedBufferBytes?: number
  /** Milliseconds a reader may leave a full buffer untouched before its feed is ended. Default 15,000. */
  readonly slowReaderMs?: number
}

export const defaultLimits: Required<ServerLimits> = {
  maxBodyBytes: 1024 * 1024,
  maxJsonDepth: 64,
  requestMs: 10_000,
  maxSubscribers: 1000,
  feedBufferBytes: 64 * 1024,
  slowReaderMs: 15_000,
}

/** @throws invalid for a base path that is none. */
export function checkBasePath(path = ''): string {
  if (path === '' || path === '/') return ''
  if (/^(?:\/[\w.~-]+)+$/.test(path)) return path
  throw new HoldfastError('invalid', `Expected a basePath such as /holdfast, got ${JSON.stringify(path)}`, { path: 'basePath' })
}
