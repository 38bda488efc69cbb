import { createHash } from 'node:crypto'
import type { Bot, Holdfast } from '../holdfast.ts'
import { type Action, type CommitOptions, entityRequest, type Principal } from '../runtime/index.ts'
import type { EntityRef } from '../store/index.ts'
import type { Services } from './services.ts'

interface Parts<Params, Query, Body> {
  readonly params: Params
  readonly query: Query
  readonly body: Body
  /** The body as it came. */
  readonly text: string
  readonly key: string | undefined
}

/** One request that has been read and checked. */
export class Call<Params = unknown, Query = unknown, Body = unknown> {
  readonly services: Services
  readonly request: Request
  readonly params: Params
  readonly query: Query
  readonly body: Body
  readonly principal: Principal
  readonly bot: Bot
  readonly key: string | undefined
  readonly #text: string

  constructor(services: Services, request: Request, parts: Parts<Params, Query, Body>) {
    this.services = services
    this.request = request
    this.params = parts.params
    this.query = parts.query
    this.body = parts.body
    this.#text = parts.text
    this.key = parts.key
    this.principal = services.principal(request)
    this.bot = services.hf.as(this.principal)
  }

  get hf(): Holdfast {
    return this.services.hf
  }

  get headers(): Headers {
    return this.request.headers
  }

  ref(kind: string, id: string): EntityRef {
    return { tenant: this.principal.tenant, kind, id }
  }

  /** @throws forbidden */
  allow(action: Action, ref: EntityRef, path?: string): void {
    this.hf.runtime.ports.gate.check(entityRequest(this.principal, action, ref, path))
  }

  /** What is said of a write: where it came from, and what makes it the same request when it comes again. */
  get commitOptions(): CommitOptions {
    const { key } = this
    if (key === undefined) return { source: 'http' }
    const { method, url, headers } = this.request
    const parts = [method, url.slice(url.indexOf('/', 8)), headers.get('if-match'), headers.get('if-none-match'), this.#text]
    const fingerprint = createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
    return { source: 'http', key, fingerprint, cause: key }
  }

  /** True when a request of this key has been answered before. */
  async isRepeated(): Promise<boolean> {
    if (this.key === undefined) return false
    return (await this.hf.store.engine.idempotency(this.principal.tenant, this.key)) !== undefined
  }

  /** The address of something here. */
  location(path: string): string {
    return `${this.services.basePath}${path}`
  }
}

/** Said of an answer that an earlier request of the same key was given. */
export function replayHeader(replayed: boolean): Readonly<Record<string, string>> {
  return replayed ? { 'idempotent-replayed': 'true' } : {}
}
