import { describe, expect, test } from 'vitest'
import { firstPage, isWhole, notePage, pagesFor, placeOf, rowsKnown } from './keyset.ts'
import { scrollTo, visibleRows } from './window.ts'

describe('a list behind cursors', () => {
  const two = notePage(notePage(firstPage, 0, 200, 'a'), 1, 200, 'b')

  test('reads only the pages on screen, and the next one near the end', () => {
    expect(pagesFor(two, 0, 40, 60)).toEqual([0])
    expect(pagesFor(two, 190, 230, 60)).toEqual([0, 1])
    expect(pagesFor(two, 320, 360, 60)).toEqual([1, 2])
    expect(pagesFor(firstPage, 0, 0, 60)).toEqual([0])
  })

  test('knows where a row lies', () => {
    expect(placeOf(two, 250)).toEqual({ page: 1, at: 50 })
    expect(placeOf(two, 400)).toBeUndefined()
  })

  test('forgets what is behind a page whose cursor changed', () => {
    const anew = notePage(two, 0, 200, 'other')
    expect(anew).toEqual({ cursors: [null, 'other'], counts: [200] })
    expect(rowsKnown(anew)).toBe(200)
  })

  test('ends where there is no next cursor, and goes on past short pages', () => {
    expect(isWhole(notePage(two, 2, 10, undefined))).toBe(true)
    const short = notePage(two, 2, 0, 'c')
    expect(isWhole(short)).toBe(false)
    expect(pagesFor(short, 360, 400, 60)).toEqual([1, 3])
  })

  test('the same answer again changes nothing', () => {
    expect(notePage(two, 1, 200, 'b')).toBe(two)
  })
})

test('the rows on screen, some to spare', () => {
  expect(visibleRows(2800, 280, 28, 1000, 10)).toEqual({ first: 90, end: 120 })
  expect(visibleRows(0, 280, 28, 5, 10)).toEqual({ first: 0, end: 5 })
})

test('a row out of sight says where to scroll', () => {
  expect(scrollTo(3, 0, 280, 28)).toBeUndefined()
  expect(scrollTo(10, 0, 280, 28)).toBe(28)
  expect(scrollTo(2, 280, 280, 28)).toBe(56)
})
