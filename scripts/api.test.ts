import { describe, expect, it } from 'vitest'
import { readDeclarations } from './api/declarations.ts'
import { lineDiff } from './api/diff.ts'
import { render, surfaceOf } from './api/surface.ts'

const emission = (files: Readonly<Record<string, string>>) =>
  new Map(Object.entries(files).map(([path, text]) => [path, readDeclarations(path, text)]))

const files = emission({
  'core/index.d.ts': "export { a, type B as Bee } from './a.ts';\nexport * from './d.ts';\n",
  'core/a.d.ts':
    "import type { Far } from './far.ts';\n/** Says it. */\nexport declare function a(x: Near): void;\nexport declare function a(x: Far): void;\nexport interface B {\n    b: import('./far.ts').Inline;\n}\ninterface Near {\n}\nexport declare const unseen = 1;\n",
  'core/far.d.ts': 'export type Far = string;\nexport interface Inline {\n}\n',
  'core/d.d.ts': 'export declare class D {\n    #private;\n    private hidden;\n    shown(): void;\n}\nexport {};\n',
  'index.d.ts': "export { a } from './core/index.ts';\nimport { D } from './core/index.ts';\nexport declare const d: D;\n",
})

describe('surface', () => {
  const known = new Map<string, string>()
  const core = render(files, 'holdfast/core', surfaceOf(files, 'core/index.d.ts'), known)
  const root = render(files, 'holdfast', surfaceOf(files, 'index.d.ts'), known)

  it('holds what is exported, overloads included, and what that mentions', () => {
    expect(core).toContain('export declare function a(x: Near): void;\nexport declare function a(x: Far): void;')
    for (const text of ['export { B as Bee }', 'interface Near', 'type Far = string', 'interface Inline', 'shown(): void']) {
      expect(core).toContain(text)
    }
  })

  it('leaves out comments, private members and what no user can reach', () => {
    for (const text of ['Says it', '#private', 'hidden', 'unseen']) expect(core).not.toContain(text)
  })

  it('refers to what an earlier entry point has shown', () => {
    expect(root).toBe('export { a } // holdfast/core\n\nexport declare const d: D;\n')
  })
})

describe('lineDiff', () => {
  it('shows the lines that went and came', () => {
    expect(lineDiff('one\ntwo\nthree', 'one\n2\nthree\nfour')).toBe('- two\n+ 2\n+ four')
  })
})
