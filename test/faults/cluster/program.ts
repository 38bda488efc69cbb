import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** What is started: a script of this repository with its arguments. */
export interface Script {
  readonly file: string
  readonly args: readonly string[]
  /** Also opens a channel for messages. */
  readonly channel?: boolean
}

/** A process that can be killed, frozen and started again, with a clock that may be wrong. */
export class Program {
  readonly #script: Script
  #child: ChildProcess | undefined
  #frozen = false
  #condemned = false
  #isReady = false
  /** When it ended without being told to, though it had been ready. */
  readonly collapses: string[] = []
  /** What it has written to stderr since its last start. */
  complaints = ''
  /** Milliseconds its clock is ahead at its next start. */
  skew = 0

  constructor(script: Script) {
    this.#script = script
  }

  get child(): ChildProcess | undefined {
    return this.#child
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  get isFrozen(): boolean {
    return this.#frozen
  }

  /** Starts it; what was there before must have ended. */
  start(): ChildProcess {
    const { file, args, channel } = this.#script
    const clock = pathToFileURL(join(import.meta.dirname, 'skewed-clock.ts')).href
    this.complaints = ''
    const child = spawn(process.execPath, ['--import', clock, file, ...args], {
      env: { ...process.env, NODE_OPTIONS: '', HOLDFAST_STORE: '', HOLDFAST_FAULTS_SKEW: `${this.skew}` },
      stdio: ['ignore', 'ignore', 'pipe', ...(channel ? (['ipc'] as const) : [])],
    })
    child.stderr?.on('data', (text: Buffer) => {
      this.complaints = (this.complaints + text).slice(-10_000)
    })
    child.on('error', () => {})
    const end = (): boolean => child.kill('SIGKILL')
    process.once('exit', end)
    child.on('exit', () => process.off('exit', end))
    child.on('exit', (code, signal) => {
      if (this.#isReady && !this.#condemned)
        this.collapses.push(`a process ended with ${code ?? signal}: ${this.complaints.slice(-2000)}`)
    })
    this.#child = child
    this.#condemned = false
    this.#isReady = false
    return child
  }

  /** It has come up: from now on it is not to end by itself. */
  ready(): void {
    this.#isReady = true
  }

  freeze(): void {
    this.#frozen = this.#child?.kill('SIGSTOP') ?? false
  }

  thaw(): void {
    this.#child?.kill('SIGCONT')
    this.#frozen = false
  }

  /** Ends it with a signal, frozen or not, and waits until it is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child
    if (child === undefined || !this.isRunning) return
    const gone = once(child, 'exit')
    this.#condemned = true
    child.kill(signal)
    if (signal !== 'SIGKILL') this.thaw()
    await gone
    this.#frozen = false
  }
}
