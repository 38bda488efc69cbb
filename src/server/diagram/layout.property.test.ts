import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { patience, runs } from '../../core/runs.testing.ts'
import { type DiagramState, defineMachine, diagramOf, type MachineDiagram } from '../../statechart/index.ts'
import { layOut } from './layout.ts'

/** States below a state; a leaf has none. */
interface Sketch {
  readonly parallel: boolean
  readonly history: boolean
  readonly below: readonly Sketch[]
}

const sketch = fc.letrec<{ state: Sketch }>((tie) => ({
  state: fc.record({
    ...{ parallel: fc.boolean(), history: fc.boolean() },
    below: fc.oneof({ maxDepth: 3, depthSize: 'small' }, fc.constant([]), fc.array(tie('state'), { maxLength: 4 })),
  }),
})).state

const leap = fc.record({ from: fc.nat(), to: fc.nat(), reenter: fc.boolean() })

/** A machine with these states, and transitions between any two of them. */
function machineOf(top: readonly Sketch[], leaps: readonly { from: number; to: number; reenter: boolean }[]): MachineDiagram {
  const states: { readonly id: string; readonly on: Record<string, object> }[] = []
  const build = ({ parallel, history, below }: Sketch, id: string): object => {
    const on: Record<string, object> = {}
    states.push({ id, on })
    if (below.length === 0) return { on }
    const children = Object.fromEntries(below.map((child, i) => [`s${i}`, build(child, `${id}.s${i}`)]))
    const inner = { ...children, ...(history && { h: { type: 'history' } }) }
    return { on, states: inner, ...(parallel ? { type: 'parallel' } : { initial: 's0' }) }
  }
  const root = build({ parallel: false, history: false, below: top }, '#m')
  for (const [i, { from, to, reenter }] of leaps.entries()) {
    const target = states[to % states.length]?.id
    Object.assign(states[from % states.length]?.on ?? {}, { [`event.${i}`]: { target, reenter } })
  }
  return diagramOf(defineMachine({ id: 'm', ...root }))
}

test('H25 any machine is drawn: states in their parents, every route whole and along the axes', {
  timeout: 2 * patience,
}, async () => {
  const machines = fc.tuple(fc.array(sketch, { minLength: 1, maxLength: 4 }), fc.array(leap, { maxLength: 25 }))
  await fc.assert(
    fc.asyncProperty(machines, async ([top, leaps]) => {
      const diagram = machineOf(top, leaps)
      const { states, transitions } = await layOut(diagram, 20_000, new AbortController().signal)
      const boxes = new Map(states.map((one) => [one.id, one]))
      const check = ({ id, children }: DiagramState): void => {
        for (const child of children) {
          const [outer, inner] = [boxes.get(id), boxes.get(child.id)]
          if (outer === undefined || inner === undefined) throw new Error(`no box of ${id} or ${child.id}`)
          expect(inner.x).toBeGreaterThan(outer.x)
          expect(inner.y).toBeGreaterThan(outer.y)
          expect(inner.x + inner.width).toBeLessThan(outer.x + outer.width)
          expect(inner.y + inner.height).toBeLessThan(outer.y + outer.height)
          check(child)
        }
      }
      check(diagram.root)
      for (const { id, routes } of transitions) {
        for (const route of routes) {
          expect([id, route.length]).toEqual([id, expect.toSatisfy((points) => points >= 2)])
          for (const [i, point] of route.slice(1).entries())
            expect([id, point.x === route[i]?.x || point.y === route[i]?.y]).toEqual([id, true])
        }
      }
    }),
    runs(12),
  )
})
