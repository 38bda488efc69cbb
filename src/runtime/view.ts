import { compareUtf8 } from '../core/index.ts'
import type { EntityRef, EntityRow, EntityState, TreeSource } from '../store/index.ts'
import { Miss } from './miss.ts'
import type { Runtime } from './runtime.ts'

/** Reads the durable part of an entity: what has been acknowledged, and nothing that is still on its way. */
export interface View {
  /** Undefined when the entity does not exist. */
  readonly row: EntityRow | undefined
  readonly tree: TreeSource
  /** What `assemble` makes of the tree; kept under `name` until the entity changes, once it has proved to be asked for often. */
  recall<Value>(name: string, assemble: () => Value): Value
}

/** Runs `read` over an entity's durable state, loading what it asks for. `read` may run several times. */
export async function view<Value>(runtime: Runtime, ref: EntityRef, read: (view: View) => Value): Promise<Value> {
  const { store } = runtime.ports
  const refreshed = store.refresh()
  if (refreshed !== undefined) await refreshed
  for (;;) {
    const state = store.state(ref)
    try {
      if (state.row === undefined) throw new Miss(state, { what: 'row' })
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

function durableTree(state: EntityState): TreeSource {
  return {
    read(key) {
      const entry = state.durable(key)
      if (entry === undefined) throw new Miss(state, { what: 'key', key })
      return entry?.plain
    },
    *below(parent) {
      const prefix = `${parent}/`
      if (!state.covers(prefix)) throw new Miss(state, { what: 'below', prefix })
      const keys = [...state.entries.keys()].filter((key) => key.startsWith(prefix)).sort(compareUtf8)
      for (const key of keys) {
        const entry = state.entries.get(key)
        if (entry) yield [key, entry.plain] as const
      }
    },
  }
}
