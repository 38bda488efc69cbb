import { describe, expect, it } from 'vitest'
import { HoldfastError } from '../core/index.ts'
import { ExpressionLanguage } from './index.ts'

const language = new ExpressionLanguage(['context', 'event'])
const context = { count: 3, name: 'Ann Lee', tags: ['vip', 'new'], items: [{ price: 1.5 }, { price: 20 }], nothing: null }
const values = { context, event: { type: 'PAY', amount: 5 } }

function evaluate(source: string, given: Readonly<Record<string, unknown>> = values): unknown {
  return language.parse(source).evaluate(given)
}

function failure(work: () => unknown): { code: string; message: string; path?: string } {
  try {
    return { code: 'none', message: `gave ${JSON.stringify(work())}` }
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error
    return { code: error.code, message: error.message, ...('path' in error.details && { path: String(error.details.path) }) }
  }
}

describe('an expression', () => {
  it.each([
    ['context.count < 5 && event.amount >= 5', true],
    ['context.count + 1', 4],
    ['1 + context.count * 2 - 0.5', 6.5],
    ['context.count % 2 == 1', true],
    ['1 / 2', 0],
    ['context.count / 2', 1.5],
    ['context.items.filter(i, i.price > 2).map(i, i.price)', [20]],
    ['context.items.map(i, i.price)[0] + 1', 2.5],
    ['context.tags.exists(t, t == "vip") && !context.tags.all(t, t == "vip")', true],
    ['"new" in context.tags', true],
    ['size(context.tags) + size(context.name)', 9],
    ['context.name.lowerAscii().split(" ").join("-")', 'ann-lee'],
    ['has(context.missing) ? context.missing : "none"', 'none'],
    ['context.?missing.orValue(7)', 7],
    [
      '{"count": context.count, "list": context.tags + ["x"], "none": context.nothing}',
      { count: 3, list: ['vip', 'new', 'x'], none: null },
    ],
    ['context.count > 2 ? dyn("many") : dyn(0)', 'many'],
  ])('P2 P4 P5 %s', (source, result) => {
    const before = structuredClone(values)
    expect(evaluate(source)).toEqual(result)
    expect(values).toEqual(before)
  })

  it('P4 knows its type beforehand where it can', () => {
    expect(language.parse('context.count > 1').type).toBe('bool')
    expect(language.parse('context.count').type).toBe('dyn')
  })

  it.each(['process', 'globalThis', 'constructor', 'toString', '__proto__', 'this', 'console'])('P1 does not know %s', (name) => {
    expect(failure(() => language.parse(name)).code).toBe('invalid')
    expect(failure(() => language.parse(`${name}.x`)).code).toBe('invalid')
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('P1 does not reach %s of a value', (name) => {
    for (const of of ['context', 'context.name', 'context.tags', 'context.count'])
      for (const source of [`${of}.${name}`, `${of}["${name}"]`]) expect(failure(() => evaluate(source)).code).toBe('invalid')
    expect(evaluate(`has(context.${name})`)).toBe(false)
  })

  it.each([
    '"aaaaaaaaaaaaaaaaaaaaaaaaaaaa!".matches("(a+)+$")',
    'cel.bind(x, context.name, x + x)',
    'timestamp("2024-01-01T00:00:00Z")',
    'duration("1h")',
    'bytes("a")',
    'uint(1)',
    'context.launch()',
  ])('P3 refuses %s by name', (source) => {
    expect(failure(() => language.parse(source))).toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/no function \w+ at/),
    })
  })

  it.each(['9007199254740993', '1.0 / 0.0', 'b"x"', 'context.?missing', '{"__proto__": context}', '{"a": {"__proto__": 1}}'])(
    'P5 gives no result for %s',
    (source) => {
      expect(failure(() => evaluate(source)).code).toBe('invalid')
    },
  )

  it('P5 leaves out a computed key __proto__', () => {
    const found = evaluate('{event.key: {"admin": true}}', { context, event: { key: '__proto__' } }) as object
    expect({ own: Object.getOwnPropertyNames(found), plain: Object.getPrototypeOf(found) === Object.prototype }).toEqual({
      own: [],
      plain: true,
    })
  })

  it('P6 refuses what is too long, deep or large', () => {
    expect(failure(() => language.parse(`${'1 + '.repeat(2000)}1`)).code).toBe('too_large')
    expect(failure(() => language.parse(`${'('.repeat(400)}1${')'.repeat(400)}`)).code).toBe('invalid')
    expect(failure(() => language.parse(Array(300).fill('1').join('+'))).code).toBe('invalid')
    const many = { context: { text: 'x'.repeat(100_000) }, event: {} }
    expect(failure(() => evaluate('[context.text, context.text, context.text]', many)).code).toBe('too_large')
  })

  it('P7 refuses loops over too much before they begin', () => {
    const list = Array.from({ length: 3000 }, (_, i) => i)
    const given = { context: { list, text: 'x'.repeat(10_000) }, event: {} }
    expect(evaluate('context.list.exists(i, i == 2999)', given)).toBe(true)
    for (const source of [
      'context.list.all(a, context.list.exists(b, a == b))',
      'context.list.all(a, a in context.list)',
      'context.list.map(a, context.text).join("")',
      'context.text.split("").map(a, context.text.split("").map(b, b))',
    ])
      expect(
        failure(() => evaluate(source, given)),
        source,
      ).toMatchObject({ code: 'too_large' })
  })

  it.each([
    ['1 +', '1:4'],
    ['foo', '1:1'],
    ['context.a\n  + bar', '2:5'],
    ['"abc', '1:1'],
    ['true + 1', '1:1'],
  ])('P8 says when it is read where %j is wrong', (source, path) => {
    expect(failure(() => language.parse(source))).toMatchObject({ code: 'invalid', path })
  })

  it('P8 says when it is evaluated which name is missing', () => {
    const expression = language.parse('context.count +\n context.missing')
    expect(failure(() => expression.evaluate(values))).toMatchObject({
      path: '2:10',
      message: expect.stringContaining('missing'),
    })
  })
})
