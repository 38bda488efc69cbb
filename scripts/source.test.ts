import { describe, expect, it } from 'vitest'
import { readSource } from './source.ts'

describe('readSource', () => {
  it.each([
    ['line comments', 'a // b\nc', 'a     \nc'],
    ['block comments', 'a /* b\nc */ d', 'a     \n     d'],
    ['strings', `a('b"c', "d'e")`, `a('   ', "   ")`],
    ['escapes', String.raw`'a\'b' + c`, "'    ' + c"],
    ['templates with code inside', '`a${b({ c: `d` })}e` + f', '` ${b({ c: ` ` })} ` + f'],
    ['regular expressions', 'a = /[/"]b/g.test(c)', 'a = /     /g.test(c)'],
    ['a regular expression after return', "return /'/", 'return / /'],
    ['division', "a / b / c + 'd'", "a / b / c + ' '"],
    ['division after a call', "(a) / 2 + 'd' / 1", "(a) / 2 + ' ' / 1"],
    ['a comment in a string', "'//a' + b", "'   ' + b"],
    ['a quote in a comment', "// it's\na", '       \na'],
    ['an unfinished comment', 'a /* b', 'a     '],
  ])('blanks %s', (_, text, code) => {
    expect(readSource('a.ts', text).code).toBe(code)
  })

  it('keeps every offset', () => {
    const text = "const a = `b ${'c'} 😀` // d\n/* e */ f"
    expect(readSource('a.ts', text).code).toHaveLength(text.length)
  })
})
