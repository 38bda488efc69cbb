import { expect, test } from 'vitest'
import { Answers } from './answers.ts'

/** Answers that come when they are told to, and in which order they were handed on. */
function scene(isAhead: (name: string) => boolean) {
  const answers = new Answers()
  const handed: string[] = []
  const ask = (name: string): PromiseWithResolvers<string> => {
    const coming = Promise.withResolvers<string>()
    answers.inOrder(coming.promise, isAhead).then(
      (answer) => handed.push(answer),
      () => handed.push(`${name} failed`),
    )
    return coming
  }
  return { ask, handed }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('an answer that was given last and read first waits for the other one', async () => {
  const { ask, handed } = scene((name) => name === 'second' && !handed.includes('first'))
  const [first, second] = [ask('first'), ask('second')]
  second.resolve('second')
  await turn()
  expect(handed).toEqual([])
  first.resolve('first')
  await turn()
  expect(handed).toEqual(['first', 'second'])
})

test('one that is ahead for another reason waits no longer than for those that are unread, also when they fail', async () => {
  const { ask, handed } = scene(() => true)
  ask('alone').resolve('alone')
  await turn()
  const [first, second, third] = [ask('first'), ask('second'), ask('third')]
  first.resolve('first')
  second.resolve('second')
  await turn()
  expect(handed).toEqual(['alone'])
  third.reject(new Error('the connection is gone'))
  await turn()
  expect(handed.toSorted()).toEqual(['alone', 'first', 'second', 'third failed'])
})
