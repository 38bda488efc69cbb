import { Annotation, END, START, StateGraph } from '@langchain/langgraph'
import type { BaseCheckpointSaver, Checkpoint } from '@langchain/langgraph-checkpoint'

/** A message as these graphs have it. */
export interface Message {
  readonly role: string
  readonly content: string
}

const Counted = Annotation.Root({
  n: Annotation<number>({ reducer: (_, next) => next, default: () => 0 }),
  messages: Annotation<Message[]>({ reducer: (before, more) => before.concat(more), default: () => [] }),
})

/** A graph of two nodes that counts its turns and keeps what is said: each turn reads `n`, and writes n + 1. */
export function counter(checkpointer: BaseCheckpointSaver, meanwhile: () => Promise<void> = async () => {}) {
  return new StateGraph(Counted)
    .addNode('count', async ({ n }) => {
      await meanwhile()
      return { n: n + 1, messages: [{ role: 'assistant', content: `turn ${n + 1}` }] }
    })
    .addNode('note', ({ n }) => ({ messages: [{ role: 'tool', content: `noted ${n}` }] }))
    .addEdge(START, 'count')
    .addEdge('count', 'note')
    .addEdge('note', END)
    .compile({ checkpointer })
}

/** What a turn of that graph is given. */
export function said(content: string): { messages: Message[] } {
  return { messages: [{ role: 'user', content }] }
}

export function inThread(thread_id: string, checkpoint_id?: string) {
  return { configurable: { thread_id, checkpoint_ns: '', ...(checkpoint_id !== undefined && { checkpoint_id }) } }
}

/** The id of the n-th checkpoint of a test: ascending, as LangGraph's are. */
export function numbered(n: number): string {
  return `1f0c5f0a-7d3e-6b20-8000-${String(n).padStart(12, '0')}`
}

/** A checkpoint with these values, each at version `n`. */
export function checkpoint(n: number, values: Readonly<Record<string, unknown>>): Checkpoint {
  return {
    v: 4,
    id: numbered(n),
    ts: '2026-01-01T00:00:00.000Z',
    channel_values: values,
    channel_versions: Object.fromEntries(Object.keys(values).map((channel) => [channel, n])),
    versions_seen: { node: { start: n } },
  }
}

/** Has the first `runs` that read a thread wait for each other: all of them have read the same state when they go on. */
export function together<Saver extends BaseCheckpointSaver>(saver: Saver, runs: number): Saver {
  const getTuple = saver.getTuple.bind(saver)
  const everybody = Promise.withResolvers<void>()
  let readers = 0
  saver.getTuple = async (config) => {
    const tuple = await getTuple(config)
    if (++readers === runs) everybody.resolve()
    await everybody.promise
    return tuple
  }
  return saver
}
