import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { root } from '../../scripts/package.ts'
import { DATABASE, databaseFor } from './database.ts'
import { blocksOf } from './page.ts'

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'holdfast-readme-'))
const programs: string[] = []

afterAll(() => {
  rmSync(folder, { recursive: true })
  for (const program of programs) rmSync(program, { force: true })
})

/** What a reader would paste: each block of the README is a program, the blocks of a guide are one program together. */
const PAGES = [
  { page: 'README.md', together: false },
  { page: 'docs/sessions.md', together: true },
  { page: 'docs/context.md', together: true },
  { page: 'docs/statecharts.md', together: true },
  { page: 'docs/statechart-imports.md', together: true },
  { page: 'docs/machines.md', together: true },
  { page: 'docs/conversations.md', together: true },
  { page: 'docs/tasks.md', together: true },
  { page: 'docs/from-xstate.md', together: true },
  { page: 'docs/openai-agents.md', together: true },
  { page: 'docs/postgres.md', together: true },
  { page: 'docs/langgraph.md', together: true },
  { page: 'docs/ai-sdk.md', together: true },
]

for (const { page, together } of PAGES) {
  describe(page, () => {
    const blocks = blocksOf(page, 'ts')
    const database = databaseFor(page)
    const sources = together ? [blocks.join('\n')] : blocks

    const files = sources.map((source, i) => {
      const program = join(root, `readme-${page.replaceAll('/', '-')}-${i}.tmp.ts`)
      programs.push(program)
      writeFileSync(program, source)
      return program
    })

    it('has programs', () => expect(sources.length).toBeGreaterThan(0))

    it('fits the types', async () => {
      const config = join(root, `readme-${page.replaceAll('/', '-')}.tmp.json`)
      programs.push(config)
      const compilerOptions = { noUnusedLocals: false, noUnusedParameters: false }
      writeFileSync(config, JSON.stringify({ extends: './tsconfig.json', compilerOptions, include: files }))
      const { stdout } = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config]).catch(
        (error: { stdout: string }) => error,
      )
      expect(stdout).toBe('')
    })

    for (const [i, source] of sources.entries()) {
      it(`program ${i + 1} runs as printed`, async () => {
        const program = files[i] ?? ''
        writeFileSync(program, source.replaceAll(DATABASE, database()))
        const { stdout } = await run(process.execPath, ['--conditions=@holdfast/source', program], { cwd: folder })
        const promised = [...source.matchAll(/console\.log\(.*\/\/ ([\w:./-]+)/g)].map((match) => match[1])
        if (page === 'README.md') expect(stdout.split('\n').filter(Boolean)).toEqual(promised)
      })
    }
  })
}
