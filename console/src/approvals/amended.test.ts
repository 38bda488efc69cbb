import { describe, expect, test } from 'vitest'
import { amended } from './amended.ts'

const asked = { amount: 640, card: '[secret]' }

describe('what is sent in place of what was asked', () => {
  test('nothing, when it was left as it is, however it is written', () => {
    expect(amended(asked, JSON.stringify(asked))).toEqual({ ok: true })
    expect(amended(asked, JSON.stringify(asked, null, 2))).toEqual({ ok: true })
    expect(amended(undefined, ' ')).toEqual({ ok: true })
  })

  test('what was typed, when it is JSON', () => {
    expect(amended(asked, '{"amount": 500}')).toEqual({ ok: true, data: { amount: 500 } })
    expect(amended(undefined, 'null')).toEqual({ ok: true, data: null })
    expect(amended(asked, '{"amount": 50')).toMatchObject({ ok: false, why: expect.stringMatching(/^This is not JSON yet/) })
    expect(amended(asked, '')).toMatchObject({ ok: false })
  })

  test('never what stands in the place of a secret', () => {
    expect(amended(asked, '{"amount": 500, "card": "[secret]"}')).toMatchObject({
      ok: false,
      why: expect.stringContaining('secret'),
    })
    expect(amended(asked, '[["a [secret] b"]]')).toMatchObject({ ok: false })
  })
})
