import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { recordingOf } from '../../../examples/airline/agent/recording.ts'
import { readRuns } from '../../../src/replay/index.ts'
import { goodbye, odd, recorded } from './odd.testing.ts'
import { killRound, type RoundReport } from './round.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-airline-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const data = join(process.env.HOLDFAST_DATA ?? '', 'airline/trajectories.dev.json')
const isThere = existsSync(data)
if (!isThere) console.warn(`skipped: ${data} is not there; HOLDFAST_DATA names the folder of the data`)

/** Kills that say something. More are asked for: a fast machine ends its work before the last of them are due. */
const ENOUGH = 3

async function round(file: string, count: number, kills: number): Promise<RoundReport> {
  const recordings = (await readRuns(file)).slice(0, count).map(recordingOf)
  return killRound({ store: `file:${join(folder, `${count}.db`)}`, file, from: 0, to: count, recordings, seed: 5, kills })
}

function expectFaultless({ unended, rerun, servedAgain, otherwise, misread, ...counted }: RoundReport): void {
  expect({ unended, rerun, servedAgain, otherwise, misread }).toEqual({
    unended: [],
    rerun: [],
    servedAgain: [],
    otherwise: [],
    misread: [],
  })
  expect(counted.served).toBeGreaterThanOrEqual(counted.calls)
}

test('T3 T8 T18 AI1 AI8 an agent whose process is killed says and does what is recorded, once, also where ids come again and tools run side by side', {
  timeout: 120_000,
}, async () => {
  const file = join(folder, 'odd.json')
  writeFileSync(file, recorded(odd, goodbye))
  const report = await round(file, 2, 8)
  expectFaultless(report)
  expect(report.kills).toBeGreaterThanOrEqual(ENOUGH)
  expect([report.runs, report.calls, report.readers]).toEqual([6, 9, 20])
})

test.skipIf(!isThere)('T3 T8 T18 AI1 AI8 recorded conversations of an airline, too', { timeout: 120_000 }, async () => {
  const report = await round(data, 3, 8)
  expectFaultless(report)
  expect(report.kills).toBeGreaterThanOrEqual(ENOUGH)
})
