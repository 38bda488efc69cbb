import { defineSession, type EffectHandlers, open } from 'holdfast'
import { Case } from '../refund/task.ts'
import { coding } from './coding.ts'
import { happenings, machines } from './machines.ts'
import { PastClock } from './past-clock.ts'
import { research } from './research.ts'
import type { Step, Story } from './story.ts'
import { support } from './support.ts'
import { talks } from './talk.ts'
import { cases, tasksThen } from './tasks.ts'
import { travel } from './travel.ts'

const MINUTE = 60_000

/** The agents of the sample workspace, and what of their state is never shown. */
export const definitions = {
  support: defineSession('support', { secret: ['card'], terms: { order: 'order.number' } }),
  research: defineSession('research', { terms: { step: 'step' } }),
  coding: defineSession('coding', { terms: { branch: 'branch' } }),
  case: Case,
  travel: defineSession('travel', { secret: ['passport'], terms: { to: 'trip.to' } }),
}

const stories = [...support, ...research, ...coding, ...travel]

/** Forks: of which session, at which revision, under which id. */
const forks = [
  ['coding/issue-318', 12, 'coding/issue-318-other-way'],
  ['travel/lisbon', 4, 'travel/lisbon-by-train'],
  ['research/heat-pumps', 11, 'research/heat-pumps-costs'],
] as const

const effects: EffectHandlers = {
  refund: { run: (payload) => ({ reference: `R-${(payload as { order: string }).order}-1` }) },
  refund_declined: {
    retry: { attempts: 1 },
    run: () => Promise.reject(new TypeError('card_declined: the issuer has no such card')),
  },
}

/**
 * Fills an empty store with a sample workspace: the same sessions each time, up to `now`. One effect has failed, one waits for a
 * handler nobody has, one session waits for a person, one has expired; of four runs one has asked a person, one waits for a parcel, one has
 * failed, one is done. Returns how many sessions it made.
 */
export async function seed(store: string, now: number): Promise<number> {
  const clock = new PastClock(now - Math.max(...stories.map(({ began }) => began)) * MINUTE)
  const hf = await open(store, { clock, effects, machines, tasks: tasksThen, durability: 'os' })
  const told = stories.flatMap((story) =>
    story.steps.map((step, i) => ({ before: story.began - i * story.pace, tell: () => tell(hf, story, step, i) })),
  )
  for (const { before, tell } of [...told, ...happenings, ...cases, ...talks].sort((a, b) => b.before - a.before)) {
    clock.goTo(Math.min(now - before * MINUTE, now))
    await tell(hf)
  }
  clock.goTo(now)
  for (const [of, at, id] of forks) {
    const fork = await hf.session(of).fork(id, { at })
    await fork.set('note', `tried from revision ${at} on`, { event: { name: 'note' } })
  }
  await ended(hf)
  // Work that never ends is left to whoever opens the store next.
  await hf.close({ drainMs: 0 })
  return stories.length + forks.length + cases.length
}

type Opened = Awaited<ReturnType<typeof open>>

async function tell(hf: Opened, { id, definition, user, tags, ttl }: Story, step: Step, index: number): Promise<void> {
  await hf.session(definitions[definition], id, { user }).update(
    (_, tx) => {
      if (index === 0) tx.tag(...tags)
      if (index === 0 && ttl !== undefined) tx.keep(ttl * MINUTE)
      for (const [path, value] of Object.entries(step.set ?? {})) tx.set(path, value)
      for (const path of step.delete ?? []) tx.delete(path)
      if (step.tag !== undefined) tx.tag(step.tag)
      if (step.effect !== undefined) tx.entity.effect(step.effect[0], step.effect[1], { id: `${id}/${step.effect[0]}` })
      if (step.end === 'close') tx.close()
    },
    { event: { name: step.event, ...(step.data !== undefined && { data: step.data }) }, source: 'agent' },
  )
}

/** Waits until the effects that have handlers have ended. */
async function ended(hf: Opened): Promise<void> {
  for (let looks = 0; looks < 200; looks++) {
    const waiting = await hf.effects.list({ state: 'due' })
    if (waiting.every(({ queue }) => effects[queue] === undefined && !queue.includes('resolveReferences'))) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
