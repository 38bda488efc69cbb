import { expect, test } from 'vitest'
import type { Queryable } from './database.ts'
import { ServerClock } from './server-clock.ts'

/** A server whose clock is off by so much, whose answers take so long to come back. */
function server(off: number, delays: number[]): Queryable {
  return {
    async query<Row extends object>(): Promise<Row[]> {
      const now = performance.timeOrigin + performance.now() + off
      const until = performance.now() + (delays.shift() ?? 0)
      while (performance.now() < until);
      return [{ now }] as unknown as Row[]
    },
  }
}

test('a node tells the time of the server, whatever its own clock says', async () => {
  for (const off of [-3_600_000, 0, 86_400_000]) {
    const clock = await ServerClock.start(server(off, []))
    expect(Math.abs(clock.now() - (performance.timeOrigin + performance.now() + off))).toBeLessThan(1000)
    clock.stop()
  }
})

test('a slow answer does not spoil what a quick one has told', async () => {
  const clock = await ServerClock.start(server(1000, [400, 0, 400]))
  expect(Math.abs(clock.now() - (performance.timeOrigin + performance.now() + 1000))).toBeLessThan(200)
  clock.stop()
})
