import { setTimeout } from 'node:timers/promises'
import { defineTask, type RunContext } from '../../../src/index.ts'

/** What is told, chunk by chunk: texts as models send them, a word or a paragraph, and what tools say. */
export const story: readonly unknown[] = Array.from({ length: 400 }, (_, i) => {
  if (i % 50 === 49) return { tool: 'look_up', result: { order: `A-${i}`, amount: i / 7 } }
  return `${i} · ${'wörter – 言葉 🙂 '.repeat(i % 9 === 0 ? 40 : i % 4)}`
})

/** A run that only streams, the same each time it is begun; `tell` is called as each chunk is taken. */
export function telling(tell: () => void) {
  return defineTask('tell', { retry: { attempts: 1000 } }, async (ctx: RunContext, _: null) => {
    async function* slowly(): AsyncGenerator<unknown> {
      for (const chunk of story) {
        tell()
        yield setTimeout(2, chunk)
      }
    }
    await ctx.stream(slowly())
  })
}
