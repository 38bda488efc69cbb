import { setTimeout as wait } from 'node:timers/promises'
import type { Approval, Holdfast, Run, RunInspection } from '../../index.ts'
import type { Narrator } from './narrator.ts'

/** Where a decision is made, and by whom. */
interface Place {
  readonly hf: Holdfast
  readonly console: string
  readonly store: string
  /** What is asked is approved by itself. */
  readonly approves: boolean
}

/** Between two looks at how the run stands. What was said before is read within that time. */
const LOOK_MS = 150

/** What a run asks a person. */
export class Decision {
  readonly #run: Run
  readonly #place: Place
  readonly #narrator: Narrator

  constructor(run: Run, place: Place, narrator: Narrator) {
    this.#run = run
    this.#place = place
    this.#narrator = narrator
  }

  /** Tells what is asked and what is decided. Resolves when it is, or the run is over without a question. */
  async follow(signal: AbortSignal): Promise<void> {
    const asked = await this.#seen(questionOf, signal)
    if (asked === null) return
    const { step, title } = asked
    await wait(LOOK_MS, undefined, { signal })
    this.#narrator.tell(
      'waits',
      `${title}: a person has to allow it, and until then no process holds the run`,
      ...this.#ways(step),
    )
    if (this.#place.approves) {
      const decision = { approved: true, reason: 'decided by the demo itself' }
      await this.#place.hf.approvals.decide(`${this.#run.id}:${step}`, decision, { source: 'cli' })
    }
    const decided = await this.#seen((run) => answerOf(run, step), signal)
    if (decided === null) return
    const { approved, reason } = decided
    this.#narrator.tell('person', `${approved ? 'approves' : 'refuses'}${reason === undefined ? '' : `: ${reason}`}`)
  }

  /** How a person decides; nothing when there is none. */
  #ways(step: string): string[] {
    const { console, store, approves } = this.#place
    if (approves) return []
    const { paint } = this.#narrator
    return [
      `approve it in the console: ${paint('cyan', `${console}/approvals`)}`,
      `or: npx holdfast approvals decide '${this.#run.id}:${step}' --approve --store ${store}`,
    ]
  }

  /** Looks at the run until there is something to see; null when it is over before. */
  async #seen<Found>(look: (run: RunInspection) => Found | undefined, signal: AbortSignal): Promise<Found | null> {
    for (;;) {
      const run = await this.#run.inspect()
      const found = look(run)
      if (found !== undefined) return found
      if (run.finished !== null) return null
      await wait(LOOK_MS, undefined, { signal })
    }
  }
}

function questionOf({ steps }: RunInspection): { readonly step: string; readonly title: string } | undefined {
  for (const { name, wait: waiting } of steps) if (waiting?.for === 'approval') return { step: name, title: waiting.title }
  return undefined
}

function answerOf({ steps }: RunInspection, step: string): Approval | undefined {
  const found = steps.find(({ name }) => name === step)
  return found?.status === 'done' ? (found.value as Approval) : undefined
}
