import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { open } from '../../../src/index.ts'
import { runTaskKills } from '../task/task-run.ts'
import { differences } from './difference.ts'
import { trajectories } from './program.ts'
import { recordingsIn, turnsOf } from './recording.ts'

const file = join(process.env.HOLDFAST_DATA ?? '', 'airline/trajectories.dev.json')
const folder = mkdtempSync(join(tmpdir(), 'holdfast-trajectories-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const CONVERSATIONS = 20
const EXCHANGES = 3

test.skipIf(!existsSync(file))(
  'T3 T18 CV1 AI1 agents that say what was recorded, killed again and again, keep the conversations as they were recorded (skipped where there are no recordings)',
  { timeout: 120_000 },
  async () => {
    const store = `file:${join(folder, 'airline.db')}`
    const program = trajectories(file, { exchanges: EXCHANGES, between: 25 })
    const { kills, rerun, runs, different } = await runTaskKills({ store, seed: 7, runs: CONVERSATIONS, kills: 6, program })
    expect(kills).toBeGreaterThanOrEqual(4)
    expect(rerun).toEqual([])
    expect(runs.filter(({ status }) => status !== 'done')).toEqual([])
    const recordings = recordingsIn(file).slice(0, CONVERSATIONS)
    expect(different).toEqual([])
    // What is compared is there, and a word more or less would be told.
    expect(recordings.flatMap(turnsOf).length).toBeGreaterThan(CONVERSATIONS)
    const [first, ...rest] = recordings
    const [asked, ...more] = first?.exchanges ?? []
    if (first === undefined || asked === undefined) throw new Error('Nothing was recorded')
    await using hf = await open(store, { worker: false })
    const changed = { ...first, exchanges: [{ ...asked, question: { ...asked.question, content: 'else' } }, ...more] }
    expect(await differences(hf, [changed, ...rest], EXCHANGES)).toEqual(['trajectory/0'])
  },
)
