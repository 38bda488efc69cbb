import { defineSession, type Holdfast, open, type Session, type SessionDefinition } from '../../src/index.ts'
import { type entry, type Support, support } from '../payload.ts'

/** A session that holds one entry of 600 bytes. */
export interface OneEntry {
  entry: ReturnType<typeof entry>
}

export const Entry: SessionDefinition<OneEntry> = defineSession('entry')
export const SupportSession: SessionDefinition<Support> = defineSession('support')

/** Runs `work` on a store in `file` and closes it. */
export async function withStore<Result>(
  file: string,
  durability: 'full' | 'os',
  work: (hf: Holdfast) => Promise<Result>,
): Promise<Result> {
  const hf = await open(`file:${file}`, { durability })
  try {
    return await work(hf)
  } finally {
    await hf.close()
  }
}

/** Support sessions with their first state stored. */
export async function supportSessions(hf: Holdfast, count: number): Promise<Session<Support>[]> {
  const sessions = Array.from({ length: count }, (_, i) => hf.session(SupportSession, `session-${i}`))
  await Promise.all(sessions.map((session) => session.update((state) => void Object.assign(state, support()))))
  return sessions
}

/** Calls `work` with 0 to `count - 1`, so many at once: commits share transactions. */
export async function inTurns(count: number, atOnce: number, work: (n: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const run = async (): Promise<void> => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, run))
}
