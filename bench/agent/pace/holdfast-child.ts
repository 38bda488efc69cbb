import { defineTask, open } from '../../../src/index.ts'
import { STEPS } from './job.ts'
import { race } from './race.ts'

// Holdfast on the store at the URL it is given.
const [url = ''] = process.argv.slice(2)
const job = defineTask('job', async (ctx, input: number) => {
  for (let i = 0; i < STEPS; i++) await ctx.step(`step ${i}`, () => i)
  return input
})
const hf = await open(url, { tasks: [job] })
let n = 0
race(
  async (runner) => {
    const run = await hf.session(`session-${runner}`).start(job, n++)
    await run.result()
  },
  () => hf.close(),
)
