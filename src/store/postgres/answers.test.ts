import { expect, test } from 'vitest'
import type { Receipt } from '../engine.ts'
import { Answers } from './answers.ts'

const PARTITIONS = 2

/** The answer to a batch with a record at each of these places. */
function stored(...places: readonly (readonly [partition: number, seq: number])[]): readonly Receipt[] {
  return [{ status: 'ok', records: places.map(([num, seq]) => ({ num, seq, revision: 1, at: 0 })) }]
}

/** Answers that come when they are told to, and in which order they were handed on. */
function scene() {
  const answers = new Answers(PARTITIONS)
  const handed: string[] = []
  const ask = (name: string): PromiseWithResolvers<readonly Receipt[]> => {
    const coming = Promise.withResolvers<readonly Receipt[]>()
    answers.inOrder(coming.promise).then(
      () => handed.push(name),
      () => handed.push(`${name} failed`),
    )
    return coming
  }
  return { ask, handed }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('an answer that was given last and read first waits for the other one', async () => {
  const { ask, handed } = scene()
  ask('before').resolve(stored([0, 1], [1, 1]))
  await turn()
  const [first, second] = [ask('first'), ask('second')]
  second.resolve(stored([0, 3], [1, 2]))
  await turn()
  expect(handed).toEqual(['before'])
  first.resolve(stored([0, 2]))
  await turn()
  expect(handed).toEqual(['before', 'first', 'second'])
})

test('one that comes next waits for nobody', async () => {
  const { ask, handed } = scene()
  ask('before').resolve(stored([0, 1]))
  ask('unread')
  ask('next').resolve(stored([0, 2]))
  ask('of another log').resolve(stored([1, 7]))
  await turn()
  expect(handed).toEqual(['before', 'next', 'of another log'])
})

test('behind records of others they are handed on in order, again and again, and nobody waits longer than for those that are unread', async () => {
  const { ask, handed } = scene()
  ask('before').resolve(stored([0, 1]))
  await turn()
  for (const seq of [10, 20, 30]) {
    const [one, two] = [ask(`${seq}`), ask(`${seq + 1}`)]
    one.resolve(stored([0, seq]))
    await turn()
    two.resolve(stored([0, seq + 1]))
    await turn()
  }
  expect(handed).toEqual(['before', '10', '11', '20', '21', '30', '31'])
  const [late, lost] = [ask('late'), ask('lost')]
  late.resolve(stored([0, 40]))
  await turn()
  lost.reject(new Error('the connection is gone'))
  await turn()
  expect(handed.slice(-2).toSorted()).toEqual(['late', 'lost failed'])
})
