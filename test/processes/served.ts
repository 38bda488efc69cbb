import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { root } from '../../scripts/package.ts'

/** `holdfast serve` in a process of its own. */
export class Served {
  readonly #child: ChildProcess
  url = ''

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** Starts it and waits until it listens. `home` is the clone it comes from. */
  static async start(store: string, options: { readonly lease?: number; readonly home?: string } = {}): Promise<Served> {
    const { lease, home = root } = options
    const args = [join(home, 'bin/holdfast.js'), 'serve', '--port', '0', '--store', store]
    if (lease !== undefined) args.push('--lease', String(lease))
    const served = new Served(spawn(process.execPath, args, { cwd: home, stdio: ['ignore', 'pipe', 'pipe'] }))
    await served.#listening()
    return served
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** Ends it by a signal; its exit code, null when the signal ended it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return this.#child.exitCode
    const ended = once(this.#child, 'exit')
    this.#child.kill(signal)
    return (await ended)[0] as number | null
  }

  /** Asks it, and reads the answer. */
  async ask<Body>(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Body> {
    const response = await fetch(this.url + path, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text) as Body
  }

  async #listening(): Promise<void> {
    let said = ''
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const hear = (chunk: Buffer): void => {
      said += chunk.toString()
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(said) ?? []
      if (url !== undefined) resolve(url)
    }
    this.#child.stdout?.on('data', hear)
    this.#child.stderr?.on('data', hear)
    this.#child.once('exit', () => reject(new Error(`The server ended before it listened: ${said}`)))
    this.url = await promise
  }
}
