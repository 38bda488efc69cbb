import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { root } from '../../scripts/package.ts'

const main = `
export async function main(args) {
  if (args[0] === 'wait') {
    process.on('SIGTERM', () => process.exit(7))
    console.log('ready')
    await new Promise((resolve) => setTimeout(resolve, 60_000))
  }
  if (args[0] === 'warn') {
    for (const text of ['SQLite is an experimental feature', 'Something else']) process.emitWarning(text, 'ExperimentalWarning')
  }
  console.log(args.join(' '))
  return 5
}
`
// Old Nodes are not at hand, so one is played: only the launcher is told it runs on Node 20, whatever it starts is not.
const pretender = `
Object.defineProperty(process.versions, 'node', { value: '20.1.0' })
await import('./bin/holdfast.js')
`

let place = ''

describe('bin/holdfast.js', () => {
  afterEach(() => rmSync(place, { recursive: true, force: true }))

  it('runs the command in the same process and gives its exit code', async () => {
    const home = install()
    expect(await run(home, 'bin/holdfast.js', ['a', 'b'])).toMatchObject({ code: 5, stdout: 'a b' })
  })

  it('drops the notice about SQLite and no other', async () => {
    const { stderr } = await run(install(), 'bin/holdfast.js', ['warn'])
    expect(stderr).not.toContain('SQLite')
    expect(stderr).toContain('Something else')
  })

  it('says what is missing when no fitting Node is there', async () => {
    const { code, stdout, stderr } = await run(install(), 'old.mjs', ['a'])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/needs Node >= 22\.15, found Node 20\.1\.0[\s\S]*npm install --save-dev node@24/)
  })

  it.each(['', '..'])('hands over to a newer Node in node_modules (%s)', async (where) => {
    const home = install()
    provideNode(join(home, where), '24.0.0')
    expect(await run(home, 'old.mjs', ['a', 'b'])).toMatchObject({ code: 5, stdout: 'a b', stderr: '' })
  })

  it('does not hand over to a Node that is too old itself', async () => {
    const home = install()
    provideNode(home, '20.1.0')
    expect(await run(home, 'old.mjs', ['a'])).toMatchObject({ code: 1, stdout: '' })
  })

  it('passes signals on and waits for the end', async () => {
    const home = install()
    provideNode(home, '24.0.0')
    expect(await run(home, 'old.mjs', ['wait'], 'SIGTERM')).toMatchObject({ code: 7 })
  })

  it('asks for npm ci in a clone without dependencies', async () => {
    const home = install()
    mkdirSync(join(home, 'src/cli'), { recursive: true })
    writeFileSync(join(home, 'src/cli/main.ts'), main)
    expect(await run(home, 'bin/holdfast.js', [])).toMatchObject({ code: 1, stderr: expect.stringContaining('npm ci') })
  })
})

/** The package as installed, with a small command in place of the real one; gives its folder. */
function install(): string {
  place = mkdtempSync(join(tmpdir(), 'holdfast-bin-'))
  const home = join(place, 'package')
  mkdirSync(join(home, 'bin'), { recursive: true })
  mkdirSync(join(home, 'dist/cli'), { recursive: true })
  copyFileSync(join(root, 'bin/holdfast.js'), join(home, 'bin/holdfast.js'))
  writeFileSync(join(home, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(home, 'dist/cli/main.js'), main)
  writeFileSync(join(home, 'old.mjs'), pretender)
  return home
}

function provideNode(folder: string, version: string): void {
  const target = join(folder, 'node_modules/node/bin/node')
  mkdirSync(dirname(target), { recursive: true })
  symlinkSync(process.execPath, target)
  writeFileSync(join(folder, 'node_modules/node/package.json'), JSON.stringify({ version }))
}

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a script to its end; a signal is sent as soon as the script has printed something. */
function run(home: string, script: string, args: readonly string[], signal?: NodeJS.Signals): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(home, script), ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
      if (signal) child.kill(signal)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    child.on('close', (code) => resolve({ code, stdout: stdout.trim(), stderr: stderr.trim() }))
  })
}
