import { afterAll, expect, it } from 'vitest'
import type { AgentSession } from '../agent-session.ts'
import type { VirtualClock } from '../runtime/virtual-clock.testing.ts'
import { removeTemporaryFiles } from '../store/engines.testing.ts'
import { World } from './world.testing.ts'

afterAll(removeTemporaryFiles)

/** One session as two processes have it; the other one knows all of its first revision. */
async function shared(check: (mine: AgentSession, theirs: AgentSession, clock: VirtualClock) => Promise<void>): Promise<void> {
  const world = await World.open('sqlite')
  const mine = world.hf.session('a')
  await mine.set('n', 1)
  const other = await world.another()
  const theirs = other.session('a')
  await theirs.inspect()
  await check(mine, theirs, world.clock)
  await other.close()
  await world.close()
}

it('S43 reads are as fresh as asked, and decisions always strong', () =>
  shared(async (mine, theirs, clock) => {
    await mine.set('n', 2)
    expect(await theirs.get('n', { freshness: 'cached' })).toBe(1)
    expect(await theirs.get('n', { freshness: 3_600_000 })).toBe(1)
    expect(await theirs.inspect({ freshness: 'cached' })).toMatchObject({ revision: 1, state: { n: 1 } })
    expect(await theirs.update((state) => Number(state.n) + 1)).toBe(3)
    expect(await theirs.get('n', { freshness: 'cached' })).toBe(2)
    await mine.set('n', 4)
    expect(await theirs.get('n', { freshness: 1000 })).toBe(2)
    await clock.turn(1001)
    expect(await theirs.get('n', { freshness: 1000 })).toBe(4)
  }))

it('S43 whoever knows a revision reads it, or is told that it is not there', () =>
  shared(async (mine, theirs) => {
    const revision = await mine.set('n', 2)
    expect(await theirs.get('n', { freshness: 'cached', revision })).toBe(2)
    await expect(theirs.get('n', { revision: revision + 1 })).rejects.toMatchObject({ code: 'not_found' })
    await expect(theirs.inspect({ freshness: 'cached', revision: 99 })).rejects.toThrow('stands at revision 2')
  }))
