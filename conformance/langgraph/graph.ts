import { Annotation, END, START, StateGraph } from '@langchain/langgraph'
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint'
import { prose } from '../../bench/payload.ts'
import type { Saver } from '../../bench/peer/sqlite-saver.ts'

interface Message {
  readonly role: string
  readonly content: string
}

const State = Annotation.Root({
  n: Annotation<number>({ reducer: (_, next) => next, default: () => 0 }),
  messages: Annotation<Message[]>({ reducer: (before, more) => before.concat(more), default: () => [] }),
})

const CHARACTERS = 280

/** An agent and its tool: a turn takes `n` to n + 1 and adds three messages of 280 characters. */
export function agent(saver: Saver | BaseCheckpointSaver) {
  return new StateGraph(State)
    .addNode('agent', ({ n, messages }) => ({ n: n + 1, messages: [message('assistant', messages.length)] }))
    .addNode('tool', ({ messages }) => ({ messages: [message('tool', messages.length)] }))
    .addEdge(START, 'agent')
    .addEdge('agent', 'tool')
    .addEdge('tool', END)
    .compile({ checkpointer: saver as BaseCheckpointSaver })
}

export function message(role: string, seed: number): Message {
  return { role, content: prose(CHARACTERS, seed) }
}

export function inThread(thread_id: string) {
  return { configurable: { thread_id } }
}
