import { expect, test } from 'vitest'
import { HoldfastError } from '../core/index.ts'
import type { Gate, GateRequest } from '../runtime/index.ts'
import { defineMachine, sendTo } from '../statechart/index.ts'
import { onEveryEngine } from '../world.testing.ts'
import { Instances, MachineInstance, MachineTx } from './index.ts'

const Bell = defineMachine({
  id: 'bell',
  types: {} as { events: { type: 'RING' } | { type: 'PASS' } },
  initial: 'still',
  states: {
    still: { tools: ['ring'], on: { RING: 'ringing', PASS: { actions: sendTo('other', { type: 'RING' }) } } },
    ringing: {},
  },
})

const verbsOf = (type: { readonly prototype: object }, ...harmless: string[]): string[] =>
  Object.getOwnPropertyNames(type.prototype).filter((name) => !['constructor', ...harmless].includes(name))

/** Runs a verb to its end, whatever kind of answer it gives. */
async function run(verb: () => unknown): Promise<void> {
  const result = await verb()
  await (result as { next?: () => Promise<unknown> } | undefined)?.next?.()
}

onEveryEngine((open) => {
  const guarded = async () => {
    let allows = (_: GateRequest): boolean => true
    const gate: Gate = {
      check(request) {
        if (!allows(request)) throw new HoldfastError('forbidden', 'The gate is closed', { action: request.action })
      },
    }
    const { hf } = await open({ machines: [Bell], gate })
    for (const name of ['bell', 'other']) await hf.machine(Bell, 's', name).start()
    return {
      hf,
      bell: hf.machine(Bell, 's', 'bell'),
      allow: (check: (request: GateRequest) => boolean) => {
        allows = check
      },
    }
  }

  test('DM29 every verb asks the gate; a new one fails here until it is tried', async () => {
    const { hf, bell, allow } = await guarded()
    allow(() => false)
    const inside = (verb: (machine: MachineTx) => unknown) => () =>
      hf.commit((tx) => void verb(tx.machine(Bell, 's', 'bell') as never))
    const ring = { type: 'RING' } as const
    const all: [readonly string[], Record<string, () => unknown>][] = [
      [
        verbsOf(MachineInstance, 'ref'),
        {
          start: () => bell.start(),
          send: () => bell.send(ring),
          stop: () => bell.stop(),
          destroy: () => bell.destroy(),
          snapshot: () => bell.snapshot(),
          inspect: () => bell.inspect(),
          can: () => bell.can(ring),
          nextEvents: () => bell.nextEvents(),
          matches: () => bell.matches('still'),
          instructions: () => bell.instructions(),
          tools: () => bell.tools(),
          callTool: () => bell.callTool('ring', () => 1),
          waitFor: () => bell.waitFor('still'),
          history: () => bell.history(),
          at: () => bell.at(1),
          fork: () => bell.fork('f'),
          watch: () => bell.watch(),
        },
      ],
      [
        verbsOf(MachineTx),
        {
          exists: inside((machine) => machine.exists),
          snapshot: inside((machine) => machine.snapshot),
          start: inside((machine) => machine.start()),
          send: inside((machine) => machine.send(ring)),
          stop: inside((machine) => machine.stop()),
          can: inside((machine) => machine.can(ring)),
          matches: inside((machine) => machine.matches('still')),
          allowsTool: inside((machine) => machine.allowsTool('ring')),
        },
      ],
      [verbsOf(Instances), { list: () => hf.instances.list(), coverage: () => hf.instances.coverage(Bell) }],
    ]
    for (const [names, verbs] of all) {
      expect(Object.keys(verbs).sort()).toEqual([...names].sort())
      for (const [name, verb] of Object.entries(verbs)) await expect(run(verb), name).rejects.toMatchObject({ code: 'forbidden' })
    }
    allow(() => true)
    expect((await bell.snapshot()).revision).toBe(1)
  })

  test('DM29 to read is not to write, and a receiver that may not be touched is an error of its sender', async () => {
    const { hf, bell, allow } = await guarded()
    allow(({ action }) => action === 'read')
    await expect(bell.send({ type: 'RING' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(bell.callTool('shout', () => 1)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await bell.callTool('ring', () => 'rung')).toBe('rung')
    for (const action of ['read', 'write']) {
      allow((request) => request.id !== 's/other' || request.action !== action)
      expect(await bell.send({ type: 'PASS' })).toMatchObject({ handled: true })
    }
    allow(() => true)
    expect((await hf.machine(Bell, 's', 'other').snapshot()).revision).toBe(1)
    expect(await hf.machine(Bell, 's', 'other').matches('still')).toBe(true)
    const [last] = await Array.fromAsync(bell.history({ limit: 1 }))
    expect(last?.steps[1]).toMatchObject({
      event: { type: 'error.communication', error: { code: 'forbidden' } },
      unhandled: true,
    })
  })
})
