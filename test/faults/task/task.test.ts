import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { words } from './talk.ts'
import { runTaskKills } from './task-run.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-task-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('T3 T8 T18 agents whose process is killed again and again do no recorded step twice, pay once, and stream without a seam', {
  timeout: 120_000,
}, async () => {
  const store = `file:${join(folder, 'agents.db')}`
  const { kills, rerun, payments, runs, refunded, streamed, streamedBehind } = await runTaskKills({
    store,
    seed: 11,
    runs: 4,
    kills: 8,
  })
  expect(kills).toBeGreaterThanOrEqual(8)
  expect(rerun).toEqual([])
  expect(payments).toEqual(['A-0', 'A-1', 'A-2', 'A-3'])
  expect(streamed).toEqual(words)
  expect(streamedBehind).toEqual(words.slice(100))
  expect(refunded).toEqual([300, 100, 300, 100])
  expect(runs.map(({ status, output }) => [status, output])).toEqual(
    [300, 100, 300, 100].map((amount, i) => ['done', `${amount} for A-${i} is on its way to you.`]),
  )
})
