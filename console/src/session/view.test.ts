import { describe, expect, test } from 'vitest'
import { cardsAround, chunksFor, spanOf } from '../past/chunk.ts'
import { compared, viewOf } from './view.ts'

const view = (text: string) => viewOf(new URLSearchParams(text))

describe('what the address says', () => {
  test('nothing follows the newest revision and compares with the one before', () => {
    expect(compared(view(''), 46)).toEqual({ at: 46, from: 45, past: false })
    expect(compared(view(''), 1)).toEqual({ at: 1, from: 0, past: false })
  })

  test('a pair of revisions', () => {
    expect(view('tab=state&at=46&from=45&path=task.status')).toEqual({ tab: 'state', at: 46, from: 45, path: 'task.status' })
    expect(compared(view('at=44&from=41'), 46)).toEqual({ at: 44, from: 41, past: true })
  })

  test('nonsense is the default, a revision to come is the newest', () => {
    expect(view('tab=nope&at=-3&from=x')).toEqual({ tab: 'state', at: null, from: null, path: null })
    expect(compared(view('at=99&from=99'), 46)).toEqual({ at: 46, from: 0, past: false })
  })
})

describe('history in chunks', () => {
  test('a full chunk is one no commit can change', () => {
    expect(spanOf(0, 64)).toEqual({ from: 1, to: 64, full: true })
    expect(spanOf(1, 70)).toEqual({ from: 65, to: 70, full: false })
    expect(chunksFor(60, 70)).toEqual([0, 1])
  })

  test('cards end with the newest, begin with the first, and stay around the one looked at', () => {
    expect(cardsAround(46, 46, 6)).toEqual({ first: 41, last: 46 })
    expect(cardsAround(2, 46, 6)).toEqual({ first: 1, last: 6 })
    expect(cardsAround(20, 46, 6)).toEqual({ first: 17, last: 22 })
    expect(cardsAround(2, 3, 6)).toEqual({ first: 1, last: 3 })
  })
})
