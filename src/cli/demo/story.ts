import { type Holdfast, HoldfastError, type Run } from '../../index.ts'
import { AgentProcess } from './agent-process.ts'
import { CaseSession } from './case.ts'
import { Decision } from './decision.ts'
import type { Narrator } from './narrator.ts'
import { caseOf, FIRST_MESSAGE, freeOrder } from './orders.ts'
import { type Killed, type Outcome, outcomeOf } from './outcome.ts'
import type { PaymentService } from './payment-service.ts'
import { retell } from './retelling.ts'
import type { refundTask } from './task.ts'

/** What the story is played on. */
export interface Stage {
  /** Knows the task, and works on nothing itself. */
  readonly hf: Holdfast
  readonly task: ReturnType<typeof refundTask>
  readonly service: PaymentService
  /** Where the console is. */
  readonly console: string
  /** The store as people may see it. */
  readonly store: string
  readonly model: string | undefined
  /** Nobody is there to look around. */
  readonly isAlone: boolean
  /** What is asked is approved by itself. */
  readonly approves: boolean
}

/** A customer wants money back; the agent that pays it is killed at the payment, and another process goes on. */
export class Story {
  readonly #stage: Stage
  readonly #narrator: Narrator

  constructor(stage: Stage, narrator: Narrator) {
    this.#stage = stage
    this.#narrator = narrator
  }

  /** Plays it to its end. @throws cancelled when it is interrupted; failed when the run or a process comes to nothing */
  async play(interrupt: AbortSignal): Promise<Outcome> {
    const run = await this.#ask()
    const over = new AbortController()
    const signal = AbortSignal.any([interrupt, over.signal])
    try {
      const [killed] = await Promise.all([
        this.#work(run, signal),
        retell(run.stream(), this.#narrator),
        new Decision(run, this.#stage, this.#narrator).follow(signal),
      ])
      return outcomeOf(await run.inspect(), this.#stage.service.requests(`${run.id}/`), killed)
    } catch (error) {
      if (!interrupt.aborted) throw error
      throw new HoldfastError('cancelled', `Interrupted: run ${run.id} stays as it was; the next demo begins another order`, {})
    } finally {
      over.abort()
    }
  }

  /** A customer writes about an order nobody has written about: each is a run in a session of its own. */
  async #ask(): Promise<Run> {
    const { hf, task } = this.#stage
    const order = await freeOrder(hf)
    const text = `My coffee grinder of order ${order} came broken. I want my money back.`
    const run = await hf.session(CaseSession, caseOf(order)).start(task, { order: String(order), text }, { key: FIRST_MESSAGE })
    this.#narrator.tell('customer', text)
    return run
  }

  /** One process works until it pays, the next one until the run is over. */
  async #work(run: Run, signal: AbortSignal): Promise<Killed | undefined> {
    const over = run.result({ signal }).then(() => undefined)
    over.catch(() => {})
    await using first = this.#hire()
    const request = await Promise.race([this.#stage.service.unanswered(`${run.id}/`), over, first.lost()])
    if (request === undefined) return undefined
    await first.kill()
    this.#narrator.tell('killed', `process ${first.pid} by SIGKILL, before the answer`)
    const stood = await run.inspect()
    await using second = this.#hire()
    await Promise.race([over, second.lost()])
    return { run: stood, begunAfter: second.begun }
  }

  #hire(): AgentProcess {
    const { hf, service, model } = this.#stage
    const agent = new AgentProcess({ store: hf.url, payments: service.url, model })
    this.#narrator.tell('process', `${agent.pid} works on the store`)
    return agent
  }
}
