import { open } from '../../../src/index.ts'

/** Resident memory in MiB: its peak in the first and the second half of the reads, and in all. */
export interface Memory {
  readonly firstHalf: number
  readonly secondHalf: number
  readonly peak: number
}

const MIB = 1024 * 1024

const [file = '', sessions = '1', reads = '1'] = process.argv.slice(2)
const hf = await open(`file:${file}`)
const half = Math.floor(Number(reads) / 2)
const [firstHalf, secondHalf] = [await read(half), await read(half)]
await hf.close()
const peak = process.resourceUsage().maxRSS / 1024
process.stdout.write(JSON.stringify({ firstHalf, secondHalf, peak } satisfies Memory))

/** Reads sessions at random; returns the most memory seen. */
async function read(times: number): Promise<number> {
  let most = 0
  for (let i = 0; i < times; i++) {
    const id = `session-${Math.floor(Math.random() * Number(sessions))}`
    const state = await hf.session(id).get()
    if (state.entry === undefined) throw new Error(`Expected ${id} to have its entry`)
    if (i % 100 === 0) most = Math.max(most, process.memoryUsage.rss() / MIB)
  }
  return most
}
