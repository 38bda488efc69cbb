import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Conversation, Holdfast } from '../index.ts'
import { onEveryEngine } from '../session/world.testing.ts'

/** A conversation as it should be: plain lists. */
class Model {
  readonly turns: { id: string; text: string; parent: number | null; branch: number }[] = []
  readonly branches: { first: number; last: number }[] = []
  head: number | null = null

  add(text: string, after: number | null = this.head): void {
    const n = this.turns.length
    const parent = after
    const of = parent === null ? undefined : this.turns[parent]?.branch
    const goesOn = of !== undefined && this.branches[of]?.last === parent
    const branch = goesOn ? of : this.branches.length
    this.branches[branch] = { first: this.branches[branch]?.first ?? n, last: n }
    this.turns.push({ id: `m${n}`, text, parent, branch })
    this.head = n
  }

  path(from: number | null = this.head): string[] {
    const path: string[] = []
    for (let n = from; n !== null; n = this.turns[n]?.parent ?? null) path.unshift(`${this.turns[n]?.id}:${this.turns[n]?.text}`)
    return path
  }
}

const step = fc.record({
  what: fc.constantFrom('add', 'add', 'add', 'several', 'again', 'behind', 'anew', 'select', 'branch', 'restart'),
  pick: fc.nat(1000),
  text: fc.string({ maxLength: 5 }),
})

/** Does a step to both. */
async function take(
  conversation: Conversation,
  model: Model,
  { what, pick, text }: { what: string; pick: number; text: string },
) {
  const count = model.turns.length
  const chosen = count === 0 ? undefined : model.turns[pick % count]
  const say = (n: number) => ({ role: 'user', content: text, id: `m${n}` }) as const
  if (what === 'add' || what === 'several') {
    const turns = [say(count), ...(what === 'several' ? [say(count + 1), say(count + 2)] : [])]
    await conversation.add(turns)
    for (const _ of turns) model.add(text)
  } else if (what === 'anew') {
    await conversation.add(say(count), { after: null })
    model.add(text, null)
  } else if (chosen === undefined) {
    expect(await conversation.list()).toEqual({ turns: [], before: null })
  } else if (what === 'again') {
    await conversation.add({ role: 'user', content: chosen.text, id: chosen.id })
  } else if (what === 'behind') {
    await conversation.add(say(count), { after: chosen.id })
    model.add(text, model.turns.indexOf(chosen))
  } else if (what === 'select') {
    await conversation.select(chosen.id)
    model.head = model.turns.indexOf(chosen)
  } else if (what === 'branch') {
    const branch = pick % model.branches.length
    await conversation.select(branch)
    model.head = model.branches[branch]?.last ?? null
  }
}

async function told(conversation: Conversation, branch?: number): Promise<string[]> {
  const { turns } = await conversation.list({ limit: 1000, branch })
  return turns.map(({ id, content }) => `${id}:${content.map((part) => ('text' in part ? part.text : '')).join('')}`)
}

onEveryEngine((open, name) => {
  test('CV3 any turns, edits and choices, with restarts between them, come to what plain lists come to', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const world = await open()
        const model = new Model()
        for (const one of steps) {
          if (one.what === 'restart') await world.restart()
          else await take(world.hf.conversation('s'), model, one)
        }
        const conversation = world.hf.conversation('s')
        expect(await told(conversation)).toEqual(model.path())
        for (const [branch, { last }] of model.branches.entries())
          expect(await told(conversation, branch)).toEqual(model.path(last))
        const branches = await conversation.branches()
        expect(branches.map(({ first, last }) => [first, last])).toEqual(
          model.branches.map(({ first, last }) => [model.turns[first]?.id, model.turns[last]?.id]),
        )
      }),
      { numRuns: name === 'postgres' ? 6 : 30, seed: 12 },
    )
  })

  test('CV4 many writers in several processes: every turn has one place, each writer’s own order holds, readers see beginnings', async () => {
    const world = await open()
    const others = name === 'memory' ? [] : [await world.another(), await world.another()]
    const processes: readonly Holdfast[] = [world.hf, ...others]
    const writers = 6
    const each = 12
    const write = async (writer: number): Promise<void> => {
      const hf = processes[writer % processes.length] as Holdfast
      for (let i = 0; i < each; i++) await hf.conversation('s').add({ role: 'user', content: `${i}`, id: `w${writer}-${i}` })
    }
    const seen: (readonly string[])[] = []
    let isWriting = true
    const reading = (async () => {
      while (isWriting) {
        for (const hf of processes) seen.push((await hf.conversation('s').list({ limit: 1000 })).turns.map(({ id }) => id))
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
    isWriting = false
    await reading
    const { turns } = await world.hf.conversation('s').list({ limit: 1000 })
    const ids = turns.map(({ id }) => id)
    expect(new Set(ids).size).toBe(writers * each)
    expect(turns.map(({ parent }) => parent)).toEqual([null, ...ids.slice(0, -1)])
    for (let writer = 0; writer < writers; writer++) {
      const own = ids.filter((id) => id.startsWith(`w${writer}-`))
      expect(own).toEqual(Array.from({ length: each }, (_, i) => `w${writer}-${i}`))
    }
    for (const some of seen) expect(ids.slice(0, some.length)).toEqual(some)
    for (const hf of others) await hf.close()
  })
})
