import type { Durability } from '../../src/store/index.ts'
import type { Support } from '../payload.ts'

/** The parts of LangGraph's packages that are measured; declared here because they are installed on first use only. */
interface Saver {
  readonly db: { pragma(text: string): unknown; close(): void }
  setup(): void
  put(config: ThreadConfig, checkpoint: Checkpoint, metadata: object, newVersions: object): Promise<ThreadConfig>
  list(config: ThreadConfig): AsyncGenerator<{ readonly checkpoint: Checkpoint }>
}

export interface ThreadConfig {
  readonly configurable: { readonly thread_id: string; readonly checkpoint_ns: string; readonly checkpoint_id?: string }
}

interface Checkpoint {
  readonly v: number
  readonly id: string
  readonly ts: string
  readonly channel_values: object
  readonly channel_versions: Readonly<Record<string, number>>
  readonly versions_seen: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** SqliteSaver on a file of its own. */
export interface Peer {
  readonly saver: Saver
  /** Stores `state` as the next checkpoint of a thread. */
  put(thread: number, state: Support): Promise<void>
  config(thread: number): ThreadConfig
  close(): void
}

/** better-sqlite3 comes with synchronous=NORMAL in WAL mode; `full` sets FULL, as Holdfast has by default. */
export async function openPeer(file: string, durability: Durability): Promise<Peer> {
  const { SqliteSaver } = await load<{ SqliteSaver: { fromConnString(file: string): Saver } }>(
    '@langchain/langgraph-checkpoint-sqlite',
  )
  const saver = SqliteSaver.fromConnString(file)
  saver.setup()
  saver.db.pragma(`synchronous = ${durability === 'full' ? 'full' : 'normal'}`)
  const latest = new Map<number, ThreadConfig>()
  const steps = new Map<number, number>()
  const config = (thread: number): ThreadConfig =>
    latest.get(thread) ?? { configurable: { thread_id: `thread-${thread}`, checkpoint_ns: '' } }
  return {
    saver,
    config,
    async put(thread, state) {
      const step = (steps.get(thread) ?? 0) + 1
      steps.set(thread, step)
      const versions = Object.fromEntries(Object.keys(state).map((channel) => [channel, step]))
      const checkpoint = {
        v: 4,
        id: checkpointId(step),
        ts: new Date().toISOString(),
        channel_values: state,
        channel_versions: versions,
        versions_seen: { agent: versions },
      }
      latest.set(thread, await saver.put(config(thread), checkpoint, { source: 'loop', step, parents: {} }, versions))
    },
    close: () => saver.db.close(),
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
