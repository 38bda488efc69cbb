import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open } from 'holdfast'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../scripts/package.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-bin-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command in `folder`; what stands on stdout so far is shown to `seen`, which may end it. */
function holdfast(
  args: readonly string[],
  seen: (stdout: string, child: ReturnType<typeof spawn>) => void = () => {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { ...process.env, HOLDFAST_STORE: '', NODE_OPTIONS: '' }
    const child = spawn(process.execPath, [join(root, 'bin/holdfast.js'), ...args], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
      seen(stdout, child)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

describe('the command in a shell of its own', () => {
  beforeAll(async () => {
    await using hf = await open(`file:${join(folder, 'holdfast.db')}`, { worker: false, durability: 'os' })
    const text = 'x'.repeat(1000)
    await Promise.all(Array.from({ length: 400 }, (_, i) => hf.session(`s/${i}`).set('text', text)))
  })

  it.each([
    [0, ['get', 's/1', 'text']],
    [0, ['--version']],
    [1, ['replay', '.']],
    [2, ['gte']],
    [3, ['get', 'nobody']],
    [3, ['get', 's/1', '--store', 'file:./none.db']],
    [4, ['fork', 's/1', 's/2']],
    [4, ['set', 's/1', 'text', 'y', '--if-revision', '7']],
    [5, ['doctor', '--store', 'file:./broken.db']],
  ])('C2 C5 exits with %i: %j', async (code, args) => {
    writeFileSync(join(folder, 'broken.db'), 'SQLite format 3\0'.padEnd(8192, 'x'))
    const ended = await holdfast(args)
    expect({ code: ended.code, hasData: ended.stdout !== '', hasMore: ended.stderr !== '' }).toEqual({
      code,
      hasData: code === 0 || code === 5,
      hasMore: code !== 0 && code !== 5,
    })
  })

  it('C19 ends quietly when nobody reads on', async () => {
    const { code, stdout, stderr } = await holdfast(['export'], (_, child) => child.stdout?.destroy())
    expect(stdout.length).toBeLessThan(400_000)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('C19 follows until it is interrupted, and sees what other processes write', async () => {
    const seen = (stdout: string, child: ReturnType<typeof spawn>) => {
      if (stdout.includes('"revision":1,') && !stdout.includes('"revision":2,')) void holdfast(['set', 's/3', 'more', '1'])
      if (stdout.includes('"revision":2,')) child.kill('SIGINT')
    }
    const { code, stdout } = await holdfast(['history', 's/3', '--follow', '--json'], seen)
    expect(code).toBe(0)
    expect(stdout.trimEnd().split('\n')).toHaveLength(2)
  })

  it('C18 gives a tracker the package by its name, from a clone', async () => {
    const runs = [{ task_id: 1, user_id: 'ann', messages: [{ role: 'assistant', content: 'Which one? And when?' }] }]
    writeFileSync(join(folder, 'runs.json'), JSON.stringify(runs))
    const tracker = join(root, 'examples/airline-tracker.ts')
    expect(await holdfast(['replay', 'runs.json', '--track', tracker])).toMatchObject({ code: 0 })
    expect((await holdfast(['get', 'ann/1', 'question'])).stdout).toBe('And when?\n')
  })
})

describe('the demo', () => {
  it('loses nothing, does nothing twice, and can be run again', { timeout: 60_000 }, async () => {
    for (const _ of [1, 2]) {
      const { code, stdout } = await demo()
      expect(code).toBe(0)
      expect(stdout).toContain('killed by SIGKILL')
      expect(stdout).toContain('Nothing lost: 7 of 7')
      expect(stdout).toContain("the bank's book has 1 refund")
      expect(stdout).not.toContain('\u001b[')
      expect(stdout).not.toContain('tok_')
    }
    const next = (await demo()).stdout.match(/npx holdfast .*/g) ?? []
    expect(next.length).toBeGreaterThan(3)
    for (const call of next) {
      const { code, stdout } = await holdfast(call.split(' ').slice(2))
      expect({ call, code, isEmpty: stdout === '' }).toEqual({ call, code: 0, isEmpty: false })
    }
  })

  function demo(): Promise<Ended> {
    return new Promise((resolve) => {
      const args = ['--conditions=@holdfast/source', join(root, 'examples/demo.ts')]
      const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
      let stdout = ''
      child.stdout.on('data', (chunk: Buffer) => {
        stdout += chunk.toString()
      })
      child.on('close', (code) => resolve({ code, stdout, stderr: '' }))
    })
  }
})
