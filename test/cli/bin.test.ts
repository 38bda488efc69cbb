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
  it('C50 runs in an empty folder as npx runs it, and again', { timeout: 120_000 }, async () => {
    for (const order of [1042, 1043]) {
      const { code, stdout, stderr } = await holdfast(['demo', '--port', '0'])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toContain('by SIGKILL')
      expect(stdout).toContain('2 requests, 1 payment; 5 recorded steps before the kill, done again: 0')
      expect(stdout).not.toContain('\u001b[')
      const [call = ''] = stdout.match(/npx holdfast runs show .*/) ?? []
      const shown = await holdfast(call.split(' ').slice(2))
      expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining(`demo/order-${order}/refund`) })
    }
  })

  it('C54 leaves no agent behind when it is killed', { timeout: 60_000 }, async () => {
    let agent = 0
    const killed = await holdfast(['demo', '--port', '0'], (stdout, child) => {
      agent = Number(/^process +(\d+) works/m.exec(stdout)?.[1] ?? 0)
      if (agent > 0) child.kill('SIGKILL')
    })
    expect(killed.code).toBe(null)
    const isRunning = () => {
      try {
        return process.kill(agent, 0)
      } catch {
        return false
      }
    }
    await expect.poll(isRunning, { timeout: 30_000 }).toBe(false)
  })
})
