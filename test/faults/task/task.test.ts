import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { open } from '../../../src/index.ts'
import { words } from './talk.ts'
import { runTaskKills } from './task-run.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-task-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('T3 T8 T18 agents whose process is killed again and again do no recorded step twice, pay once, and stream without a seam', {
  timeout: 120_000,
}, async () => {
  const store = `file:${join(folder, 'agents.db')}`
  const { kills, rerun, payments, runs } = await runTaskKills({ store, seed: 11, runs: 4, kills: 8 })
  expect(kills).toBeGreaterThanOrEqual(8)
  expect(rerun).toEqual([])
  expect(payments).toEqual(['A-0', 'A-1', 'A-2', 'A-3'])
  await using hf = await open(store, { worker: false })
  const talk = hf.run('talk/talk.m1')
  expect(await Array.fromAsync(talk.stream())).toEqual(words)
  expect(await Array.fromAsync(talk.stream({ after: 100 }))).toEqual(words.slice(100))
  const refunded = runs.map(({ session }) => hf.session(session).get('refunded'))
  expect(await Promise.all(refunded)).toEqual([300, 100, 300, 100])
  expect(runs.map(({ status, output }) => [status, output])).toEqual(
    [300, 100, 300, 100].map((amount, i) => ['done', `${amount} for A-${i} is on its way to you.`]),
  )
})
