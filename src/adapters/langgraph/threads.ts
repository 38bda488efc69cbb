import { entityRequest, type Principal, type Runtime, view } from '../../runtime/index.ts'
import { decodeNode, type EntityRef, type EntityRow, type TreeSource } from '../../store/index.ts'
import { checkpointCode, checkpointId } from './checkpoint-code.ts'
import { checkpointKey, namespaceOfTips, TIPS, tipsKey, writesParent } from './keys.ts'
import type { Tips } from './tips.ts'
import { type PendingWrite, pendingWrites } from './writes.ts'

/** Threads fetched at a time. */
const PAGE = 100
/** Checkpoints fetched at first, and at most: whoever stops after the first has read no more than these. */
const FIRST_PAGE = 4
const LARGEST_PAGE = 128

/** Reads the entities that threads are kept in, as far as they are durable. */
export class Threads {
  readonly #runtime: Runtime
  readonly #principal: Principal
  readonly #kind: string

  constructor(runtime: Runtime, principal: Principal, kind: string) {
    this.#runtime = runtime
    this.#principal = principal
    this.#kind = kind
  }

  /**
   * What `read` makes of a thread's entries; undefined when there is no such thread.
   * @param read is told the number of the thread's entity, too
   * @throws forbidden
   */
  read<Value>(thread: string, read: (entries: TreeSource, num: number) => Value): Promise<Value | undefined> {
    const ref = this.#ref(thread)
    this.#runtime.ports.gate.check(entityRequest(this.#principal, 'read', ref))
    return view(this.#runtime, ref, ({ row, tree }) => (row === undefined ? undefined : read(tree, row.num)))
  }

  /**
   * What was written on top of a checkpoint. It is asked of the engine: a thread has as many writes as steps, and few of them are wanted.
   * @param num the number of the thread's entity
   */
  async writes(num: number, namespace: string, code: string): Promise<PendingWrite[]> {
    const { engine, codec } = this.#runtime.ports.store
    const found: (readonly [string, Uint8Array])[] = []
    const prefix = `${writesParent(namespace, code)}/`
    for (let from = prefix; ; ) {
      const rows = await engine.entries(num, { from, to: `${prefix}\u{10ffff}` }, LARGEST_PAGE)
      for (const { key, segment } of rows) if (segment !== null) found.push([key, codec.open(segment)])
      const last = rows.at(-1)
      if (last === undefined || rows.length < LARGEST_PAGE) return pendingWrites(found)
      from = `${last.key}\u0001`
    }
  }

  /** The names of all threads, the one changed last first. @throws forbidden */
  async *list(): AsyncGenerator<string> {
    const { gate, store } = this.#runtime.ports
    const { tenant } = this.#principal
    gate.check({ principal: this.#principal, action: 'list', kind: this.#kind })
    for (let after: EntityRow | undefined; ; ) {
      const query = { tenant, kind: this.#kind, order: 'updated', deleted: false, limit: PAGE, after } as const
      const rows = await store.engine.entities(query)
      for (const { id } of rows) yield id
      after = rows.at(-1)
      if (after === undefined || rows.length < PAGE) return
    }
  }

  async namespaces(thread: string): Promise<readonly string[]> {
    const found = await this.read(thread, (entries) => [...entries.below(TIPS)].map(([key]) => namespaceOfTips(key)))
    return found ?? []
  }

  /** The ids of the checkpoints of a namespace from `before` (exclusive) downwards, read as they are asked for. */
  async *checkpoints(thread: string, namespace: string, before?: string): AsyncGenerator<string> {
    const { engine } = this.#runtime.ports.store
    const row = await engine.entity(this.#ref(thread))
    if (row === undefined || row.deleted) return
    const prefix = checkpointKey(namespace)
    let from = before === undefined ? prefix : `${prefix}${checkpointCode(before)}\u0001`
    for (let limit = FIRST_PAGE; ; limit = Math.min(limit * 2, LARGEST_PAGE)) {
      const rows = await engine.entries(row.num, { from, to: `${prefix}\u{10ffff}` }, limit)
      for (const { key } of rows) yield checkpointId(key.slice(prefix.length))
      const last = rows.at(-1)
      if (last === undefined || rows.length < limit) return
      from = `${last.key}\u0001`
    }
  }

  #ref(thread: string): EntityRef {
    return { tenant: this.#principal.tenant, kind: this.#kind, id: thread }
  }
}

/** The id of the latest checkpoint of a namespace. */
export function latestOf(entries: TreeSource, namespace: string): string | undefined {
  const bytes = entries.read(tipsKey(namespace))
  const node = bytes === undefined ? undefined : decodeNode(bytes)
  return node?.type === 'leaf' ? (node.value as Tips)[0] : undefined
}
