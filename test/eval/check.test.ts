import { expect, test } from 'vitest'
import { plants } from '../../eval/check/faults.ts'
import { tryHostile } from '../../eval/check/hostile.ts'
import { tryFaults, trySound } from '../../eval/check/measure.ts'
import { soundDraft } from '../../eval/check/sound.ts'
import { check, coverage, defineMachine, type MachinePath, type PathStep, simulate } from '../../src/statechart/index.ts'
import { seeded } from '../faults/random.ts'

test('K1 machines that are sound by construction have no findings', () => {
  expect(trySound(seeded(11), 25).flat()).toEqual([])
})

test('every kind of planted fault is found where it was planted', () => {
  const missed = tryFaults(seeded(12), 56).filter(({ found }) => !found)
  expect(missed.map(({ fault, planted }) => [fault, planted])).toEqual([])
})

test('K2 nothing that is handed in as a definition makes the checker throw', () => {
  expect(tryHostile(seeded(13), 60).crashes).toEqual([])
}, 60_000)

test('K3 K4 what is called unreachable or dead is never met by random runs of machines with faults', () => {
  const chance = seeded(14)
  let [claims, met] = [0, 0]
  for (const [i, plant] of [...Object.values(plants), ...Object.values(plants)].entries()) {
    const draft = soundDraft(chance, `machine${i}`)
    if (plant(draft, chance).kind === 'illegal-definition') continue
    const machine = defineMachine(draft.definition as Parameters<typeof defineMachine>[0])
    const claimed = check(machine).filter(({ kind }) =>
      ['unreachable-state', 'dead-transition', 'guard-overlap', 'done-never-fires'].includes(kind),
    )
    const runs = Array.from({ length: 8 }, (_, seed) => simulate(machine, { seed, steps: 60 }))
    const { states, transitions } = coverage(machine, runs.flatMap(pathOf))
    const covered = new Set([...states.covered, ...transitions.covered])
    expect(claimed.filter(({ path }) => covered.has(path))).toEqual([])
    claims += claimed.length
    met += covered.size
  }
  expect(claims).toBeGreaterThan(10)
  expect(met).toBeGreaterThan(500)
})

/** What the machine itself went through; undefined events are its beginning. */
function pathOf({ steps }: ReturnType<typeof simulate>): MachinePath[] {
  const [start, ...rest] = steps.filter(({ actor }) => actor === '')
  return start === undefined
    ? []
    : [{ start, steps: rest.filter((step): step is typeof step & PathStep => step.event !== undefined) }]
}
