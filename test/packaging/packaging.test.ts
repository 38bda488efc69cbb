import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entryPoints, root } from '../../scripts/package.ts'

const place = mkdtempSync(join(tmpdir(), 'holdfast-pack-'))
const project = join(place, 'project')
const installed = join(project, 'node_modules/holdfast')
const specifiers = entryPoints().map(({ subpath }) => `holdfast${subpath.slice(1)}`)

describe('the packed package', () => {
  beforeAll(() => {
    const tarball = pack(join(place, 'clone'))
    mkdirSync(project)
    writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'user', private: true, type: 'module' }))
    run('npm', ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', tarball], project)
    // Optional peers that types of adapters are made of.
    for (const peer of ['@langchain', '@openai', 'ai'])
      symlinkSync(join(root, 'node_modules', peer), join(project, 'node_modules', peer))
  }, 180_000)

  afterAll(() => rmSync(place, { recursive: true, force: true }))

  it('holds what users need and nothing else', () => {
    const files = readdirSync(installed, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1))
    expect(files).toEqual(
      expect.arrayContaining([
        ...['package.json', 'LICENSE', 'bin/holdfast.js', 'dist/cli/main.js'],
        ...['assets/word-vectors.br', 'console/dist/index.html'],
      ]),
    )
    expect(files.filter((path) => /\.test\.|^(?:src|test|scripts|bench|examples|api)\/|tsconfig/.test(path))).toEqual([])
  })

  it('asks for few packages', () => {
    const manifest: { dependencies: Record<string, string> } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
    expect(Object.keys(manifest.dependencies).length).toBeLessThanOrEqual(8)
  })

  it.each(specifiers)('offers %s to a program, with types', (specifier) => {
    const file = `uses-${specifier.replaceAll('/', '-')}.ts`
    writeFileSync(join(project, file), `import * as module from '${specifier}'\n\nconsole.log(Object.keys(module).length)\n`)
    // The AI SDK's own types name things of the browser.
    const lib = specifier === 'holdfast/ai-sdk' ? 'esnext,esnext.disposable,dom,dom.iterable' : 'esnext,esnext.disposable'
    const options = ['--module', 'nodenext', '--target', 'es2024', '--lib', lib, '--strict', '--noEmit']
    const libraries = ['--types', 'node', '--typeRoots', join(root, 'node_modules/@types')]
    run(
      process.execPath,
      [join(root, 'node_modules/typescript/bin/tsc'), ...options, ...libraries, '--ignoreConfig', file],
      project,
    )
    expect(Number(run(process.execPath, [file], project))).toBeGreaterThan(0)
  })

  it('brings the command', () => {
    const manifest: { version: string } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(run('npx', ['--no', '--', 'holdfast', '--version'], project)).toBe(manifest.version)
  })
})

/** Packs a copy of the repository, so that neither a stale build nor a running one comes into it; gives the tarball's path. */
function pack(clone: string): string {
  mkdirSync(clone)
  const skipped = new Set(['node_modules', 'dist', '.git', 'coverage'])
  const filter = (path: string) => !skipped.has(basename(path))
  for (const name of readdirSync(root)) cpSync(join(root, name), join(clone, name), { recursive: true, filter })
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'))
  const name = run('npm', ['pack', '--silent', '--pack-destination', place], clone).split('\n').at(-1) ?? ''
  return join(place, name)
}

function run(command: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
  } catch (error) {
    const { stdout, stderr } = Object(error)
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`, { cause: error })
  }
}
