import { setTimeout } from 'node:timers/promises'
import { defineTask, type RunContext } from '../../../src/index.ts'

/** What is said, word by word. */
export const words: readonly string[] = Array.from({ length: 300 }, (_, i) => `word ${i} ${'.'.repeat(i % 11)}`)

/** A run that only streams, the same each time it is begun. */
export const talk = defineTask('talk', { retry: { attempts: 1000 } }, async (ctx: RunContext, _: null) => {
  async function* slowly(): AsyncGenerator<string> {
    for (const word of words) yield setTimeout(2, word)
  }
  await ctx.stream(slowly())
})
