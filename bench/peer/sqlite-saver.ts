import type { Durability } from '../../src/store/index.ts'
import type { Support } from '../payload.ts'

/** The parts of LangGraph's checkpointers that are measured; declared here because the peer is installed on first use only. */
export interface Saver {
  put(config: ThreadConfig, checkpoint: Checkpoint, metadata: Metadata, newVersions: Record<string, number>): Promise<object>
  getTuple(config: ThreadConfig): Promise<{ readonly checkpoint: Checkpoint } | undefined>
  list(config: ThreadConfig): AsyncGenerator<{ readonly checkpoint: Checkpoint }>
}

interface PeerSaver extends Saver {
  readonly db: { pragma(text: string): unknown; close(): void }
  setup(): void
}

interface Metadata {
  source: 'loop'
  step: number
  parents: Record<string, string>
}

export interface ThreadConfig {
  readonly configurable: { readonly thread_id: string; readonly checkpoint_ns: string; readonly checkpoint_id?: string }
}

interface Checkpoint {
  v: number
  id: string
  ts: string
  channel_values: Record<string, unknown>
  channel_versions: Record<string, number | string>
  versions_seen: Record<string, Record<string, number | string>>
}

/** Threads of a saver, as a graph keeps them. */
export interface Threads {
  /** Stores `state` as the next checkpoint of a thread. @param changed the channels that have a new value; all, if none are named */
  put(thread: number, state: Support, ...changed: (keyof Support)[]): Promise<void>
  config(thread: number): ThreadConfig
}

/** SqliteSaver on a file of its own. */
export interface Peer extends Threads {
  readonly saver: PeerSaver
  close(): void
}

/** better-sqlite3 comes with synchronous=NORMAL in WAL mode; `full` sets FULL, as Holdfast has by default. */
export async function openPeer(file: string, durability: Durability): Promise<Peer> {
  const { SqliteSaver } = await load<{ SqliteSaver: { fromConnString(file: string): PeerSaver } }>(
    '@langchain/langgraph-checkpoint-sqlite',
  )
  const saver = SqliteSaver.fromConnString(file)
  saver.setup()
  saver.db.pragma(`synchronous = ${durability === 'full' ? 'full' : 'normal'}`)
  return { saver, ...threadsOf(saver), close: () => saver.db.close() }
}

/** The threads of a saver, each at its first step. */
export function threadsOf(saver: Pick<Saver, 'put'>): Threads {
  const threads = new Map<number, { readonly step: number; readonly versions: Readonly<Record<string, number>> }>()
  const config = (thread: number): ThreadConfig => {
    const named = { thread_id: `thread-${thread}`, checkpoint_ns: '' }
    const known = threads.get(thread)
    return { configurable: known === undefined ? named : { ...named, checkpoint_id: checkpointId(known.step) } }
  }
  return {
    config,
    async put(thread, state, ...changed) {
      const parent = config(thread)
      const before = threads.get(thread)
      const step = (before?.step ?? 0) + 1
      const names = before === undefined || changed.length === 0 ? Object.keys(state) : changed
      const news = Object.fromEntries(names.map((channel) => [channel, step]))
      const versions = { ...before?.versions, ...news }
      const checkpoint = {
        v: 4,
        id: checkpointId(step),
        ts: new Date().toISOString(),
        channel_values: { ...state },
        channel_versions: versions,
        versions_seen: { agent: versions },
      }
      await saver.put(parent, checkpoint, { source: 'loop', step, parents: {} }, news)
      threads.set(thread, { step, versions })
    },
  }
}

/** Ascending and as long as the UUIDs that LangGraph makes, whose making is not what is measured. */
function checkpointId(step: number): string {
  return `1f0c5f0a-7d3e-6b20-8000-${String(step).padStart(12, '0')}`
}

/** The name is no literal, so that the compiler does not ask for packages which may not be there. */
async function load<Module>(name: string): Promise<Module> {
  return (await import(name)) as Module
}
