import { type Holdfast, open, type RunInspection } from '../../../src/index.ts'
import { live, type Sentence } from './life.ts'

/** A program, killed again and again until it has had enough, and what to see to meanwhile. */
export interface Lives {
  readonly store: string
  readonly file: string
  readonly told: unknown
  /** The ids of the runs it makes. */
  readonly ids: readonly string[]
  /** At most so many by sentence: whoever begins nothing for a while is killed, too. */
  readonly kills: number
  sentence(): Sentence
  /** Hears of each step that is begun. */
  begun?(step: string): void
  /** Looks at what each life leaves, and which steps are recorded; true when something waited for somebody, who has come. */
  between?(hf: Holdfast, recorded: ReadonlySet<string>): Promise<boolean>
}

/** What came of them. */
export interface LivesReport {
  readonly kills: number
  /** The step that was begun last before each of the kills. */
  readonly last: readonly string[]
  /** Steps that were done again although they were recorded. */
  readonly rerun: readonly string[]
  readonly runs: readonly RunInspection[]
}

/** Lets a program live, be killed, and live again, until it ends by itself and nothing waits for anybody. */
export async function liveThrough(lives: Lives): Promise<LivesReport> {
  const { store, file, told, ids, sentence, between } = lives
  const recorded = new Set<string>()
  const rerun: string[] = []
  const last: string[] = []
  let latest = ''
  const begun = (step: string): void => {
    latest = step
    if (recorded.has(step)) rerun.push(step)
    lives.begun?.(step)
  }
  await using hf = await open(store, { worker: false })
  for (let isDone = false; !isDone; ) {
    const wasKilled = await live(file, told, last.length < lives.kills ? sentence() : undefined, begun)
    if (wasKilled) last.push(latest)
    for (const step of await recordedSteps(hf, ids)) recorded.add(step)
    const hasWaited = (await between?.(hf, recorded)) ?? false
    isDone = !wasKilled && !hasWaited
  }
  return { kills: last.length, last, rerun, runs: await Promise.all(ids.map((id) => hf.run(id).inspect())) }
}

async function recordedSteps(hf: Holdfast, ids: readonly string[]): Promise<string[]> {
  const all = await Promise.all(
    ids.map(async (id) => {
      const run = await hf
        .run(id)
        .inspect()
        .catch(() => undefined)
      return (run?.steps ?? []).map(({ name }) => `${id}/${name}`)
    }),
  )
  return all.flat()
}
