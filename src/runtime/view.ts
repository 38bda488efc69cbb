import { compareUtf8, HoldfastError } from '../core/index.ts'
import type { EntityRef, EntityRow, EntityState, LoadingSource } from '../store/index.ts'
import { isFresh, type ReadOptions } from './freshness.ts'
import { Miss } from './miss.ts'
import type { Runtime } from './runtime.ts'

/** Reads the durable part of an entity: what has been acknowledged, and nothing that is still on its way. */
export interface View {
  /** Undefined when the entity does not exist. */
  readonly row: EntityRow | undefined
  readonly tree: LoadingSource
  /** What `assemble` makes of the tree; kept under `name` until the entity changes, once it has proved to be asked for often. */
  recall<Value>(name: string, assemble: () => Value): Value
}

/**
 * Runs `read` over an entity's durable state, loading what it asks for. `read` may run several times.
 * @throws not_found when the entity has not come to the revision asked for
 */
export async function view<Value>(
  runtime: Runtime,
  ref: EntityRef,
  read: (view: View) => Value,
  options: ReadOptions = {},
): Promise<Value> {
  const { store } = runtime.ports
  let hasLooked = !isFresh(store, options)
  const refreshed = hasLooked ? store.refresh() : undefined
  if (refreshed !== undefined) await refreshed
  for (;;) {
    const state = store.state(ref)
    try {
      if (state.row === undefined) throw new Miss(state, { what: 'row' })
      const revision = state.row?.revision ?? 0
      if (options.revision !== undefined && revision < options.revision) {
        if (hasLooked) throw notYet(ref, options.revision, revision)
        hasLooked = true
        await store.refresh()
        continue
      }
      const row = state.row === null || state.row.deleted ? undefined : state.row
      return read({ row, tree: durableTree(state), recall: (name, assemble) => state.recall(name, assemble) })
    } catch (error) {
      if (!(error instanceof Miss)) throw error
      state.pins++
      try {
        await store.load(error.state, error.need)
      } finally {
        state.pins--
      }
    }
  }
}

function notYet({ kind, id }: EntityRef, wanted: number, found: number): HoldfastError<'not_found'> {
  const message = `${kind} ${id} stands at revision ${found}, and has no revision ${wanted} yet: was it written to this store, and acknowledged?`
  return new HoldfastError('not_found', message, { entity: id })
}

function durableTree(state: EntityState): LoadingSource {
  const cover = (prefix: string): void => {
    if (!state.covers(prefix)) throw new Miss(state, { what: 'below', prefix })
  }
  return {
    cover: (parent) => cover(`${parent}/`),
    read(key) {
      const entry = state.durable(key)
      if (entry === undefined) throw new Miss(state, { what: 'key', key })
      return entry?.plain
    },
    *below(parent) {
      const prefix = `${parent}/`
      cover(prefix)
      const keys = [...state.entries.keys()].filter((key) => key.startsWith(prefix)).sort(compareUtf8)
      for (const key of keys) {
        const entry = state.entries.get(key)
        if (entry) yield [key, entry.plain] as const
      }
    },
  }
}
