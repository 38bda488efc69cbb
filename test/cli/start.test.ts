import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { root } from '../../scripts/package.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-start-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const workspace = ['--conditions=@holdfast/source', join(root, 'examples/workspace/main.ts')]
const serve = [join(root, 'bin/holdfast.js'), 'serve', '--port', '0']

async function interrupt(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM')
  await setTimeout(5)
  child.kill('SIGTERM')
}

/** Starts a server, hands its address to `use`, and interrupts it as `timeout` and supervisors do: itself, then its group. */
function serving(args: readonly string[], use: (url: string) => Promise<void>, env: Record<string, string> = {}) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env: { ...process.env, NODE_OPTIONS: '', HOLDFAST_STORE: '', PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [stdout, stderr] = ['', '']
    let used: Promise<void> | undefined
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
      const url = /http:\/\/127\.0\.0\.1:\d+(?=\/?\n)/.exec(stdout)?.[0]
      if (url !== undefined) used ??= use(url).finally(() => interrupt(child))
      used?.catch(reject)
    })
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

describe('a server of its own', () => {
  it('npm start serves a sample workspace, which it makes once', { timeout: 60_000 }, async () => {
    const look = async (url: string) => {
      expect((await fetch(`${url}/livez`)).status).toBe(200)
      const session = await (await fetch(`${url}/v1/sessions/support%2Forder-1042`)).json()
      expect(session).toMatchObject({ status: 'closed', revision: 10, state: { card: '[secret]', solved: true } })
      const { attention } = (await (await fetch(`${url}/v1/overview`)).json()) as { attention: { what: string }[] }
      expect(new Set(attention.map(({ what }) => what))).toEqual(new Set(['failed', 'stuck', 'waiting']))
      expect(((await (await fetch(`${url}/v1/sessions?status=expired`)).json()) as { sessions: object[] }).sessions).toHaveLength(
        1,
      )
    }
    const first = await serving(workspace, look)
    expect(first).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('Made a sample workspace of 21 sessions'),
    })
    const second = await serving(workspace, look)
    expect(second.stdout).not.toContain('Made')
  })

  it('C20 serve seeds nothing, and ends with 0 when it is interrupted', { timeout: 30_000 }, async () => {
    const store = { HOLDFAST_STORE: 'file:./served.db' }
    const { code, stderr } = await serving(
      serve,
      async (url) => {
        expect(await (await fetch(`${url}/v1/sessions`)).json()).toEqual({ sessions: [], estimate: 0 })
        const feed = await fetch(`${url}/v1/feed`)
        expect((await fetch(`${url}/v1/sessions/a`, { method: 'PUT' })).status).toBe(201)
        void feed.text()
      },
      store,
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Closing') })
  })

  it('C20 serve says what to do about a port that is taken, and refuses other addresses', { timeout: 30_000 }, async () => {
    await serving(serve, async (url) => {
      const { port } = new URL(url)
      const taken = await serving([...serve.slice(0, 3), port], async () => {})
      expect(taken).toMatchObject({ code: 1, stderr: expect.stringContaining(`--port ${Number(port) + 1}`) })
    })
    expect(await serving([...serve, '--host', '0.0.0.0'], async () => {})).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no credentials'),
    })
    expect(await serving([...serve.slice(0, 2)], async () => {}, { PORT: 'http' })).toMatchObject({ code: 2 })
  })
})
