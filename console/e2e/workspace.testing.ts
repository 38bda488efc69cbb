import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** Builds the console as users get it. */
export function build(): void {
  const vite = join(root, 'node_modules/vite/bin/vite.js')
  execFileSync(process.execPath, [vite, 'build', '--logLevel', 'error'], {
    cwd: join(root, 'console'),
    stdio: 'pipe',
    env: { ...process.env, NODE_ENV: 'production' },
  })
}

/** The real server over the sample workspace, in a process of its own that can be killed and started again. */
export class Workspace {
  readonly #folder = mkdtempSync(join(tmpdir(), 'holdfast-console-'))
  #child: ChildProcess | undefined
  url = ''

  async start(): Promise<void> {
    const env = {
      ...process.env,
      HOLDFAST_STORE: `file:${join(this.#folder, 'workspace.db')}`,
      PORT: this.url.split(':')[2] ?? '0',
    }
    const args = [
      '--disable-warning=ExperimentalWarning',
      '--conditions=@holdfast/source',
      join(root, 'examples/workspace/main.ts'),
    ]
    const child = spawn(process.execPath, args, { cwd: this.#folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
    this.#child = child
    let said = ''
    await new Promise<void>((resolve, reject) => {
      const hear = (chunk: Buffer) => {
        said += chunk.toString()
        const [url] = /http:\/\/[\d.]+:\d+/.exec(said) ?? []
        if (!url) return
        this.url = url
        resolve()
      }
      child.stdout?.on('data', hear)
      child.stderr?.on('data', hear)
      child.once('exit', () => reject(new Error(`the server ended: ${said}`)))
    })
  }

  /** Ends the server without giving it time for anything. */
  async kill(): Promise<void> {
    const child = this.#child
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }

  async close(): Promise<void> {
    await this.kill()
    rmSync(this.#folder, { recursive: true, force: true })
  }

  session(id: string): string {
    return `${this.url}/sessions/${encodeURIComponent(id)}`
  }

  /** Writes as an agent would. */
  async write(id: string, set: Readonly<Record<string, unknown>>, event: string): Promise<void> {
    const response = await fetch(`${this.url}/v1/sessions/${encodeURIComponent(id)}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json', 'if-match': '*' },
      body: JSON.stringify({ set, event: { name: event } }),
    })
    if (!response.ok) throw new Error(await response.text())
  }

  async read<T>(path: string): Promise<T> {
    return (await (await fetch(this.url + path)).json()) as T
  }
}
