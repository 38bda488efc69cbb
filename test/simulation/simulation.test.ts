import { describe, expect, test } from 'vitest'
import { hunt } from './campaign.ts'
import { plants } from './plants.ts'
import { simulate } from './simulate.ts'

describe('a simulated world', { timeout: 60_000 }, () => {
  test('goes the same way each time it begins from the same seed, whatever ran before', async () => {
    const seeds = [3, 10, 22, 37]
    const first = []
    for (const seed of seeds) first.push(await simulate({ seed, steps: 80 }))
    const second = []
    for (const seed of seeds.toReversed()) second.unshift(await simulate({ seed, steps: 80 }))
    expect(second).toEqual(first)
    expect(new Set(first.map(({ trace }) => trace)).size).toBe(seeds.length)
  })

  test('I1 I2 I3 I4 I5 I7 R65 keeps every promise, whatever goes wrong in it', async () => {
    const runs = []
    for (let seed = 1; seed <= 25; seed++) runs.push(await simulate({ seed }))
    expect(runs.flatMap(({ seed, violations }) => violations.map((violation) => `seed ${seed}: ${violation}`))).toEqual([])
    const crashes = runs.reduce((sum, run) => sum + run.crashes, 0)
    expect(crashes).toBeGreaterThan(20)
    expect(runs.reduce((sum, run) => sum + run.records, 0)).toBeGreaterThan(2000)
    // A history that could not be judged proves nothing.
    expect(runs.reduce((sum, run) => sum + run.undecided, 0)).toBe(0)
  })
})

describe('a planted bug is found', { timeout: 60_000 }, () => {
  test.each(Object.keys(plants))('%s', async (name) => {
    const found = await hunt(name, 1, 200)
    expect(found?.violations).not.toEqual([])
    expect(found).toBeDefined()
  })
})
