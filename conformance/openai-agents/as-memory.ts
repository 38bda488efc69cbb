import { isDeepStrictEqual } from 'node:util'
import { MemorySession } from '@openai/agents-core'
import { HoldfastSession } from '../../src/adapters/openai-agents/index.ts'
import { open } from '../../src/index.ts'
import { Chance } from '../fuzz/random.ts'
import { dialogues } from './dialogues.ts'
import { anyCall } from './session-calls.ts'
import type { Site } from './site.ts'

/** Dialogues that the Runner leads, then calls by chance: the same on MemorySession, answer by answer and item by item. */
export async function asMemory({ fresh, quick }: Site): Promise<string | undefined> {
  await using hf = await open(fresh(), { worker: false })
  for (const [name, play] of Object.entries(dialogues)) {
    const [theirs, ours] = [new MemorySession(), new HoldfastSession(hf, 'dialogue', { name })]
    const heard = [await play(theirs), await play(ours)]
    if (!isDeepStrictEqual(heard[1], heard[0])) return `the model heard something else in ${name}: ${JSON.stringify(heard)}`
    const items = [await theirs.getItems(), await ours.getItems()]
    if (!isDeepStrictEqual(items[1], items[0])) return `another history is left of ${name}: ${JSON.stringify(items)}`
  }
  for (let seed = 1; seed <= (quick ? 5 : 40); seed++) {
    const problem = await sameCalls(new Chance(seed), new HoldfastSession(hf, 'chance', { name: String(seed) }))
    if (problem !== undefined) return `with seed ${seed}: ${problem}`
  }
  return undefined
}

async function sameCalls(chance: Chance, ours: HoldfastSession): Promise<string | undefined> {
  const theirs = new MemorySession()
  for (let n = 1; n <= 60; n++) {
    const call = anyCall(chance, await theirs.getItems())
    const answers = [await call.on(theirs).catch(refused), await call.on(ours).catch(refused)]
    if (!isDeepStrictEqual(answers[1], answers[0])) return `call ${n}, ${call.name}, came to ${JSON.stringify(answers)}`
  }
  return isDeepStrictEqual(await ours.getItems(), await theirs.getItems()) ? undefined : 'the histories differ'
}

/** What is refused is worded in other ways. */
function refused(): string {
  return 'refused'
}
