import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { open } from '../../../src/holdfast.ts'
import { DatabasePair } from './database-pair.ts'

let pair: DatabasePair
beforeAll(async () => {
  pair = await DatabasePair.start()
}, 60_000)
afterAll(() => pair[Symbol.asyncDispose](), 60_000)

/** Statements that wait for the standby. */
const waiting = async (): Promise<number[]> =>
  (await pair.primary.query(`select pid from pg_stat_activity where wait_event = 'SyncRep' order by pid`)).map(({ pid }) =>
    Number(pid),
  )

test('I1 a commit that may not wait for the standby any longer is not acknowledged until the standby has it', async () => {
  const hf = await open(pair.primary.url(), { worker: false })
  onTestFinished(() => hf.close())
  await hf.session('a').set('n', 1)
  await pair.standby.kill('SIGKILL')
  let isAcknowledged = false
  const written = hf
    .session('a')
    .set('n', 2)
    .finally(() => {
      isAcknowledged = true
    })
  await expect.poll(waiting, { timeout: 10_000 }).toHaveLength(1)
  const [first] = await waiting()
  await pair.primary.query(`select pg_cancel_backend(${first})`)
  // Whether it is there is asked again, and the answer waits for the standby as the commit did.
  const isAskedAgain = async (): Promise<boolean> => (await waiting()).some((pid) => pid !== first)
  await expect.poll(async () => isAcknowledged || (await isAskedAgain()), { timeout: 10_000 }).toBe(true)
  expect(isAcknowledged).toBe(false)
  await pair.standby.restart()
  expect(await written).toBe(2)
  expect(await hf.session('a').inspect()).toMatchObject({ revision: 2, state: { n: 2 } })
}, 60_000)
