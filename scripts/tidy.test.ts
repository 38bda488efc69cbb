import { describe, expect, it } from 'vitest'
import { readSource } from './source.ts'
import { boundaries } from './tidy/boundaries.ts'
import { cycles } from './tidy/cycles.ts'
import { docs } from './tidy/docs.ts'
import { applyExceptions } from './tidy/exceptions.ts'
import { functionsOf } from './tidy/functions.ts'
import { names } from './tidy/names.ts'
import { measure, sizes } from './tidy/sizes.ts'
import { type Finding, readTree, type Tree } from './tidy/tree.ts'
import { words } from './tidy/words.ts'

const plant = (files: Readonly<Record<string, string>>): Tree => readTree(new Map(Object.entries(files)))
const places = (findings: readonly Finding[]) => findings.map(({ path, line }) => `${path}:${line}`)
const lines = (count: number, text = 'step()') => `${text}\n`.repeat(count)

describe('boundaries', () => {
  const problems = (path: string, text: string) => boundaries(plant({ [path]: text })).map(({ message }) => message)

  it('lets imports go down and refuses them upwards', () => {
    expect(problems('src/session/a.ts', "import { b } from '../core/index.ts'")).toEqual([])
    expect(problems('src/core/a.ts', "import { b } from '../session/index.ts'")).toEqual([expect.stringContaining('rank 3')])
    expect(problems('src/core/a.ts', "export type { B } from '../index.ts'")).toEqual([expect.stringContaining('rank 5')])
    expect(problems('src/store/a.ts', "await import('../cli/index.ts')")).toEqual([expect.stringContaining('rank 6')])
  })

  it('keeps folders of one rank apart, but for the listed ones', () => {
    expect(problems('src/machine/a.ts', "import { b } from '../session/index.ts'")).toHaveLength(1)
    expect(problems('src/workflow/a.ts', "import { b } from '../session/index.ts'")).toEqual([])
  })

  it('wants folders entered by their index or a port', () => {
    expect(problems('src/session/a.ts', "import { b } from '../store/store.ts'")).toEqual([expect.stringContaining('index.ts')])
    expect(problems('src/session/a.ts', "import { b } from '../store/engine.ts'")).toEqual([])
    expect(problems('src/holdfast.ts', "import { b } from './store/sqlite/index.ts'")).toEqual([])
    expect(problems('src/session/a.test.ts', "import { b } from '../store/store.ts'")).toEqual([])
  })

  it('knows every folder and refuses what is not published', () => {
    expect(problems('src/attic/a.ts', "import { b } from '../core/index.ts'")).toEqual([expect.stringContaining('no rank')])
    expect(problems('src/core/a.ts', "import { b } from '../../test/b.ts'")).toEqual([expect.stringContaining('not published')])
  })

  it('keeps engines apart', () => {
    expect(problems('src/store/sqlite/a.ts', "import { b } from '../memory/b.ts'")).toHaveLength(1)
    expect(problems('src/store/sqlite/a.ts', "import { b } from '../engine.ts'")).toEqual([])
  })

  it('leaves clients to engines and adapters', () => {
    expect(problems('src/session/a.ts', "import { z } from 'zod'")).toEqual([expect.stringContaining('imports zod')])
    expect(problems('src/session/a.test.ts', "import { z } from 'zod'")).toEqual([])
    expect(problems('src/runtime/a.ts', "import { DatabaseSync } from 'node:sqlite'")).toHaveLength(1)
    expect(problems('src/store/sqlite/a.ts', "import { DatabaseSync } from 'node:sqlite'")).toEqual([])
    expect(problems('src/statechart/a.ts', "import { readFileSync } from 'node:fs'")).toHaveLength(1)
    expect(problems('src/core/a.ts', "import { zstdCompressSync } from 'node:zlib'")).toEqual([])
  })

  it('is not fooled by imports in comments and strings', () => {
    expect(
      problems('src/core/a.ts', "// import { b } from '../session/index.ts'\nconst text = \"from '../session/index.ts'\""),
    ).toEqual([])
  })
})

describe('cycles', () => {
  it('names the files of a knot once', () => {
    const tree = plant({
      'src/core/a.ts': "\nimport { b } from './b.ts'",
      'src/core/b.ts': "import type { C } from './c.ts'",
      'src/core/c.ts': "export * from './a.ts'",
      'src/core/d.ts': "import { a } from './a.ts'",
    })
    expect(cycles(tree)).toEqual([
      expect.objectContaining({ path: 'src/core/a.ts', line: 2, message: expect.stringContaining('a.ts -> ') }),
    ])
  })
})

describe('sizes', () => {
  it('refuses long files and long functions outside tests', () => {
    const long = `\nexport function f() {\n${lines(70)}}\n`
    expect(places(sizes(plant({ 'src/core/a.ts': lines(601) })))).toEqual(['src/core/a.ts:1'])
    expect(places(sizes(plant({ 'src/core/a.ts': lines(600) })))).toEqual([])
    expect(places(sizes(plant({ 'src/core/a.ts': long, 'src/core/a.test.ts': long })))).toEqual(['src/core/a.ts:2'])
  })

  it('measures what readers meet', () => {
    const tree = plant({ 'src/core/a.ts': lines(10), 'src/core/b.ts': lines(400), 'src/core/b.test.ts': lines(5) })
    expect(measure(tree)).toMatchObject({ files: 2, fileLines: { median: 400, p90: 400 }, long: ['src/core/b.ts (400 lines)'] })
  })

  it.each([
    ['a function', 'function f(a: { b: number }): Promise<Map<string, number>> {\nx\n}', 3],
    ['an object return type', 'function f(): { a: number } {\nx\n}', 3],
    ['a function return type', 'function f(): (() => void) {\nx\n}', 3],
    ['a union of objects', 'function f(a): a is { b: c } | { d: e } {\nx\n}', 3],
    ['a method', 'class A extends B<C> {\n  async *m<T>(a = 1): AsyncGenerator<T> {\n  }\n}', 2],
    ['an arrow', 'const f = async (a) => {\nx\n}', 3],
    ['an arrow with a return type', 'const f = (a: string): a is B => {\nx\n}', 3],
    ['a bare arrow', 'run(a => {\nx\n})', 3],
    ['braces in texts', "function f() {\n  return '}' + `}${'{'}` // }\n}", 3],
  ])('measures %s', (_, text, expected) => {
    expect(functionsOf(readSource('a.ts', text)).map((each) => each.lines)).toEqual([expected])
  })

  it.each([
    [
      'control flow',
      'if (a) {\n} else if (b()) {\n} else {\n}\nfor (const c of d()) {\n}\nwhile (e) {\n}\nswitch (f) {\ncase g(): {\n}\n}',
    ],
    ['classes and types', 'class A extends B implements C {\n}\ninterface D {\n}\ntype E = {\n}'],
    ['patterns', 'const f: (a: b) => void = g\nh()\nconst { a } = b\nexport { a }'],
    ['objects', 'const a = {\n}\ncall({\n})\nconst b: C = {\n}\ntry {\n} catch (e) {\n}'],
  ])('does not take %s for functions', (_, text) => {
    expect(functionsOf(readSource('a.ts', text))).toEqual([])
  })
})

describe('words', () => {
  const hits = (text: string, path = 'src/session/a.ts') => words(plant({ [path]: text })).length

  it.each([
    ['any as an annotation', 'let a: any'],
    ['any as an argument', 'let a: Map<string, any>'],
    ['any in an array', 'let a: string | any[]'],
    ['any in a cast', 'f(a as any)'],
    ['a non-null assertion', 'const a = b!.c'],
    ['a non-null assertion at the end', 'const a = b[0]!\n'],
    ['a focused test', 'describe.only(1)'],
    ['an ignored error', '// @ts-ignore\na()'],
    ['an open end', '// TODO later\n'],
    ['a bare error', 'throw new Error(text)'],
    ['the clock', 'const at = Date.now()'],
    ['chance', 'const at = Math.random()'],
    ['data next door', `const path = '${'..'}/shared/data'`],
    ['a path of one machine', `const path = '${['', 'home', 'me', 'agent.db'].join('/')}'`],
  ])('refuses %s', (_, text) => {
    expect(hits(text)).toBe(1)
  })

  it.each([
    ['the word any in prose', "// any of them\nconst a = 'as any'\nawait Promise.any(b)"],
    ['inequality and negation', 'if (a !== b && !c) d = a != b'],
    ['an open end with its issue', '// TODO(#12) when pages are cut\n'],
    ['an error with a code', "throw new HoldfastError('invalid', text)"],
    ['a given time', 'const at = new Date(now)'],
  ])('accepts %s', (_, text) => {
    expect(hits(text)).toBe(0)
  })

  it('lets tests throw, and core and the edges read the clock', () => {
    expect(hits('throw new Error(text)', 'src/session/a.test.ts')).toBe(0)
    expect(hits('throw new Error(text)', 'test/faults/a.ts')).toBe(0)
    expect(hits('const at = Date.now()', 'src/core/clock.ts')).toBe(0)
  })

  it('reads documentation too', () => {
    expect(places(words(plant({ 'docs/a.md': `see\n${['', 'root', 'b'].join('/')}` })))).toEqual(['docs/a.md:2'])
  })
})

describe('names', () => {
  it('refuses names that say nothing', () => {
    const tree = plant({ 'src/core/utils.ts': '', 'src/shared/a.ts': '', 'src/core/types.test.ts': '', 'src/core/patch.ts': '' })
    expect(names(tree).map(({ path }) => path)).toEqual(['src/core/utils.ts', 'src/shared/a.ts', 'src/core/types.test.ts'])
  })
})

describe('docs', () => {
  const entry = 'src/core/index.ts'

  it('follows an entry point to what it offers and wants a doc comment there', () => {
    const tree = plant({
      [entry]: "export { a, type B as C } from './a.ts'\nexport * from './d.ts'",
      'src/core/a.ts': '/** Good. */\nexport function a() {}\n\n// no doc\nexport interface B {}\nexport const hidden = 1\n',
      'src/core/d.ts': 'export const d = 1\n/** Good. */\nexport class E {}\n',
    })
    expect(places(docs(tree, [entry]))).toEqual(['src/core/a.ts:5', 'src/core/d.ts:1'])
  })

  it('asks the first of several overloads', () => {
    const text = '/** Good. */\nexport function a(b: string): void\nexport function a(b: number): void\n'
    expect(docs(plant({ [entry]: text }), [entry])).toEqual([])
  })
})

describe('exceptions', () => {
  const finding: Finding = { rule: 'sizes', path: 'src/a.ts', line: 3, message: '' }
  const exception = { rule: 'sizes', path: 'src/a.ts', reason: 'a table' }

  it('takes a known finding out', () => {
    expect(applyExceptions([finding], [exception], 1)).toEqual([])
  })

  it('wants a mended exception removed, and the ratchet to follow', () => {
    expect(applyExceptions([], [exception], 1)).toEqual([
      expect.objectContaining({ message: expect.stringContaining('is mended') }),
    ])
    expect(applyExceptions([], [], 1)).toEqual([
      expect.objectContaining({ message: expect.stringContaining('set the ratchet to 0') }),
    ])
  })

  it('does not grow unseen', () => {
    expect(applyExceptions([finding], [exception], 0)).toEqual([
      expect.objectContaining({ message: expect.stringContaining('mend the code') }),
    ])
  })
})
