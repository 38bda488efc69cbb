import { hostname } from 'node:os'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { NodeBeat, NodeLoad, NodeRow, NodeState } from '../store/index.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { Runtime } from './runtime.ts'

/** Beats come this often, but at least three in a lease; a fifth more or less by chance, so that nodes do not beat together. */
const BEAT_MS = 3000
/** To leave the register is a courtesy: nobody waits longer for it. */
const LEAVE_MS = 1000

/** This process as a node: what it tells the register of the database, as long as it works or serves. */
export class Presence {
  readonly id: string
  readonly #runtime: Runtime
  readonly #dispatcher: Dispatcher
  readonly #version: string
  readonly #started: number
  #state: NodeState = 'up'
  #address: string | null = null
  #isOn = false
  #left = false
  #requests = 0
  #measured: number
  #skew: number | undefined
  #behind: number | undefined
  #delays: ReturnType<typeof monitorEventLoopDelay> | undefined
  #cancel: (() => void) | undefined
  #beating: Promise<void> | undefined
  #failing = false

  constructor(runtime: Runtime, dispatcher: Dispatcher, version: string) {
    this.id = dispatcher.owner
    this.#runtime = runtime
    this.#dispatcher = dispatcher
    this.#version = version
    this.#started = runtime.ports.clock.now()
    this.#measured = this.#started
  }

  /** True from when it works or serves. */
  get isOn(): boolean {
    return this.#isOn
  }

  get isDraining(): boolean {
    return this.#state === 'draining'
  }

  /** Tells the others that this process is there, from now on. */
  start(): void {
    if (this.#isOn || this.#left) return
    this.#isOn = true
    if (this.#runtime.ports.store.engine.nodes === undefined) return
    this.#delays = monitorEventLoopDelay({ resolution: 20 })
    this.#delays.enable()
    void this.#beat()
  }

  /** Tells where this process answers HTTP. */
  serve(address: string): void {
    this.#address = address
    if (this.#isOn) void this.#beat()
    else this.start()
  }

  /** Notes that a request was answered. */
  answered(): void {
    this.#requests++
  }

  /** Tells that this process takes no more work. */
  async drain(): Promise<void> {
    this.#state = 'draining'
    if (this.#isOn) await this.#patiently(this.#beat())
  }

  /** Beats no more, and has the others forget this process. */
  async leave(): Promise<void> {
    this.#left = true
    this.#cancel?.()
    this.#delays?.disable()
    if (!this.#isOn) return
    const { nodes } = this.#runtime.ports.store.engine
    const leaving = async (): Promise<void> => {
      await this.#beating
      await nodes?.leave(this.id)
    }
    await this.#patiently(leaving().catch(() => {}))
  }

  /** This process as the register would have it, for engines without one. */
  self(): NodeRow {
    return { ...this.#told(), seen: this.#runtime.ports.clock.now(), silent: 0 }
  }

  /** One beat at a time. A register that cannot be reached harms nobody; that is said once. */
  #beat(): Promise<void> {
    this.#cancel?.()
    const beating = (this.#beating ?? Promise.resolve()).then(() => this.#beatOnce())
    this.#beating = beating
    void beating.then(() => {
      if (this.#beating === beating) this.#beating = undefined
    })
    return beating
  }

  async #beatOnce(): Promise<void> {
    const { store, clock, logger } = this.#runtime.ports
    const { nodes } = store.engine
    if (nodes === undefined || this.#left) return
    try {
      // Who is asked nothing looks all the same at what others do: the first question is answered as fast as the next.
      await this.#runtime.refresh()
      this.#behind = store.behind(await store.engine.heads())
      const sent = clock.now()
      const theirs = await nodes.beat(this.#told())
      this.#skew = Math.round((sent + clock.now()) / 2 - theirs)
      this.#failing = false
    } catch (error) {
      if (!this.#failing) logger.warn('telling the register of nodes failed; trying on', { error: String(error) })
      this.#failing = true
    }
    this.#next()
  }

  #next(): void {
    if (this.#left) return
    const often = Math.min(BEAT_MS, this.#dispatcher.lease / 3)
    this.#cancel?.()
    this.#cancel = this.#runtime.ports.clock.after(jitter(often, Math.random), () => void this.#beat())
  }

  #told(): NodeBeat {
    return {
      id: this.id,
      name: hostname(),
      pid: process.pid,
      version: this.#version,
      address: this.#address,
      started: this.#started,
      state: this.#state,
      lease: this.#dispatcher.lease,
      load: this.#load(),
    }
  }

  /** How it went since this was asked last. */
  #load(): NodeLoad {
    const now = this.#runtime.ports.clock.now()
    const seconds = Math.max(now - this.#measured, 1) / 1000
    const [requests, delays] = [this.#requests / seconds, this.#delays]
    const delay = delays === undefined || delays.count === 0 ? undefined : delays.percentile(99) / 1e6
    this.#measured = now
    this.#requests = 0
    delays?.reset()
    return {
      running: this.#dispatcher.running,
      pending: this.#runtime.pending,
      requests,
      memory: process.memoryUsage.rss(),
      ...(delay !== undefined && { delay }),
      ...(this.#behind !== undefined && { behind: this.#behind }),
      ...(this.#skew !== undefined && { skew: this.#skew }),
    }
  }

  /** Waits for what is of no use to wait long for. */
  async #patiently(work: Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.#runtime.ports.clock.after(LEAVE_MS, resolve, true)
    await Promise.race([work, promise])
    cancel()
  }
}

/** A time within a fifth of `ms`. */
function jitter(ms: number, random: () => number): number {
  return ms * (0.8 + 0.4 * random())
}
