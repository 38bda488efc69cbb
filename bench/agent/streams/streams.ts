import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Holdfast, open, type Run } from '../../../src/index.ts'
import { seeded } from '../../../test/faults/random.ts'
import type { Family } from '../../family.ts'
import { inFolder } from '../../folder.ts'
import { story, telling } from './story.ts'

/** Readers of each run who come at once, in the middle, and come back again and again. */
const READERS = 3

/** What readers get of runs that stream while the process that runs them is killed: the same bytes, whenever they come. */
export const streams: Family<'stream_equal'> = {
  figures: ['stream_equal'],
  measure: ({ quick }) =>
    inFolder(async (folder) => {
      const [runs, kills] = quick ? [2, 3] : [8, 25]
      const url = `file:${join(folder, 'agent.db')}`
      const tell = telling(() => {})
      await using hf = await open(url, { tasks: [tell], worker: false, durability: 'os' })
      const random = seeded(7)
      const told = await Promise.all(Array.from({ length: runs }, (_, i) => hf.session(`tale/${i}`).start(tell, null)))
      const reading = told.flatMap((run) => Array.from({ length: READERS }, () => readers(run, random)).flat())
      const killed = await killing(hf, url, kills, random)
      const early = await Promise.all(reading)
      const late = await Promise.all(told.flatMap((run) => readers(run, () => 0)))
      const all = [...early, ...late]
      const equal = all.filter((got) => got.equals(expected)).length
      const note = `of ${all.length} readers of ${runs} runs with ${story.length} chunks each, early, late, from a chunk on, and coming back; ${killed} SIGKILLs while they streamed`
      return { stream_equal: { value: (100 * equal) / all.length, note } }
    }),
}

const expected = bytesOf(story)

function bytesOf(chunks: readonly unknown[]): Buffer {
  return Buffer.from(JSON.stringify(chunks))
}

/** What each of them has got in the end. */
function readers(run: Run, random: (limit: number) => number): Promise<Buffer>[] {
  return [whole(run), behind(run, random), returning(run, random)]
}

async function whole(run: Run): Promise<Buffer> {
  return bytesOf(await Array.fromAsync(run.stream()))
}

/** Comes some time later, takes the stream from a chunk on, and the beginning after that. */
async function behind(run: Run, random: (limit: number) => number): Promise<Buffer> {
  await setTimeout(random(2000))
  const after = random(story.length)
  const rest = await Array.fromAsync(run.stream({ after }))
  const first = (await Array.fromAsync(run.stream())).slice(0, after)
  return bytesOf([...first, ...rest])
}

/** Takes some chunks, leaves, and comes back for those behind them. */
async function returning(run: Run, random: (limit: number) => number): Promise<Buffer> {
  const got: unknown[] = []
  for (let isOver = false; !isOver; ) {
    const most = 1 + random(90)
    let taken = 0
    isOver = true
    for await (const chunk of run.stream({ after: got.length })) {
      got.push(chunk)
      if (++taken < most) continue
      isOver = false
      break
    }
  }
  return bytesOf(got)
}

/** Kills the process that runs them after some chunks, again and again; the last one lives until they are done. */
async function killing(hf: Holdfast, url: string, kills: number, random: (limit: number) => number): Promise<number> {
  const running = async (): Promise<number> => (await hf.runs.list({ status: 'running', limit: 1000 })).length
  for (let killed = 0; ; killed++) {
    const left = await running()
    if (left === 0) return killed
    const child = fork(fileURLToPath(new URL('stream-child.ts', import.meta.url)), [url])
    const gone = once(child, 'exit')
    const most = killed < kills ? 1 + random(left * story.length) : Number.POSITIVE_INFINITY
    const enough = Promise.withResolvers<'enough'>()
    let chunks = 0
    child.on('message', () => {
      if (++chunks === most) enough.resolve('enough')
    })
    const end = await Promise.race([enough.promise, done(running), gone])
    child.kill('SIGKILL')
    await gone
    if (end === 'done') return killed
    if (end !== 'enough') throw new Error('A process that streams has ended by itself')
  }
}

async function done(running: () => Promise<number>): Promise<'done'> {
  while ((await running()) > 0) await setTimeout(100)
  return 'done'
}
