import { Chance } from '../../simulation/chance.ts'
import type { Answer, Question } from './client.ts'
import type { Node } from './clients.ts'

/** A node with a fault that the judge must find. */
export type Plant = (node: Node) => Node

/** How often a fault shows. */
const OFTEN = 0.2

/** By what is wrong with them. */
export const plants: Readonly<Record<string, Plant>> = {
  /** Answers a read with what an earlier one of the same object was answered, as a cache or a replica would. */
  stale_read(node) {
    const earlier = new Map<string, Answer>()
    return planted('stale_read', async (question, deadline, shows) => {
      const answer = await node.ask(question, deadline)
      if (!isRead(question)) return answer
      const known = earlier.get(question.object)
      if (known !== undefined && shows) return known
      earlier.set(question.object, answer)
      return answer
    })
  },
  /** Acknowledges a write that it never makes. */
  lost_write(node) {
    return planted('lost_write', async (question, deadline, shows) =>
      isWrite(question) && shows ? { output: null } : node.ask(question, deadline),
    )
  },
  /** Does not look at keys, and asks again by itself: things are done twice. */
  done_twice(node) {
    return planted('done_twice', async ({ key: _, ...question }, deadline, shows) => {
      if (shows && isIncrement(question)) await node.ask(question, deadline)
      return node.ask(question, deadline)
    })
  },
  /** Says that a change was refused when it was made. */
  false_refusal(node) {
    return planted('false_refusal', async (question, deadline, shows) => {
      const answer = await node.ask(question, deadline)
      return 'output' in answer && answer.output === true && shows ? { output: false } : answer
    })
  },
}

function planted(name: string, ask: (question: Question, deadline: number, shows: boolean) => Promise<Answer>): Node {
  const chance = new Chance(1, name)
  return { ask: (question, deadline) => ask(question, deadline, chance.happens(OFTEN)) }
}

function doneBy({ input }: Question): unknown {
  return typeof input === 'object' && input !== null && 'do' in input ? input.do : undefined
}

const isRead = (question: Question): boolean => doneBy(question) === 'read'
/** Of a session through the library: it answers null. */
const isWrite = (question: Question): boolean => doneBy(question) === 'write' && question.object.endsWith('/session')
const isIncrement = ({ object, input }: Question): boolean => object.endsWith('/counter') && (input as { add: number }).add > 0
