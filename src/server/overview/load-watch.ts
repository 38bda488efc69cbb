import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Holdfast } from '../../holdfast.ts'

/** One second of commits. */
export interface Sample {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly commits: number
  /** Milliseconds; null when there was none. */
  readonly p99: number | null
}

/** What commits have cost lately. */
export interface LoadReading {
  readonly commits_per_second: number
  readonly commit_p50_ms: number | null
  readonly commit_p99_ms: number | null
  readonly loop_delay_p99_ms: number | null
  readonly history: readonly Sample[]
}

const SAMPLES = 60
const SAMPLE_MS = 1000
/** Seconds over which rates and percentiles are told. */
const RECENT = 10
/** Nobody has asked for so long: measuring stops. */
const IDLE_MS = 120_000
/** Latencies kept of one second. */
const MOST_LATENCIES = 2000

/** Measures commits and the event loop, but only while somebody asks. */
export class LoadWatch {
  readonly #hf: Holdfast
  #timer: NodeJS.Timeout | undefined
  #loop: ReturnType<typeof monitorEventLoopDelay> | undefined
  #forget: (() => void) | undefined
  #asked = 0
  #commits = 0
  #latencies: number[] = []
  #samples: Sample[] = []
  #recent: (readonly number[])[] = []

  constructor(hf: Holdfast) {
    this.#hf = hf
  }

  /** The load now; the first reading begins to measure. */
  read(): LoadReading {
    this.#asked = this.#now()
    if (this.#timer === undefined) this.#start()
    const latencies = [...this.#recent.flat(), ...this.#latencies].sort((a, b) => a - b)
    const seconds = this.#samples.slice(-RECENT)
    const commits = seconds.reduce((sum, one) => sum + one.commits, 0)
    const delay = this.#loop !== undefined && this.#loop.count > 0 ? this.#loop.percentile(99) / 1e6 : null
    return {
      commits_per_second: seconds.length === 0 ? this.#commits : commits / seconds.length,
      commit_p50_ms: share(latencies, 0.5),
      commit_p99_ms: share(latencies, 0.99),
      loop_delay_p99_ms: delay,
      history: [...this.#samples],
    }
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#loop?.disable()
    this.#forget?.()
    this.#samples = []
    this.#recent = []
  }

  #start(): void {
    this.#loop = monitorEventLoopDelay({ resolution: 20 })
    this.#loop.enable()
    this.#forget = this.#hf.runtime.onDurable((decisions) => {
      const now = this.#now()
      this.#commits += decisions.length
      for (const { submitted } of decisions) if (this.#latencies.length < MOST_LATENCIES) this.#latencies.push(now - submitted)
    })
    this.#timer = setInterval(() => this.#sample(), SAMPLE_MS)
    this.#timer.unref()
  }

  #sample(): void {
    const at = this.#now()
    if (at - this.#asked > IDLE_MS) {
      this.stop()
      return
    }
    const sorted = this.#latencies.sort((a, b) => a - b)
    this.#samples = [...this.#samples, { at, commits: this.#commits, p99: share(sorted, 0.99) }].slice(-SAMPLES)
    this.#recent = [...this.#recent, sorted].slice(-RECENT)
    this.#commits = 0
    this.#latencies = []
    if (this.#samples.length % RECENT === 0) this.#loop?.reset()
  }

  #now(): number {
    return this.#hf.runtime.ports.clock.now()
  }
}

function share(sorted: readonly number[], of: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? null
}
