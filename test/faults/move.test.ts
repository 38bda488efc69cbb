import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { HoldfastError, open } from '../../src/index.ts'
import { stateHash } from '../../src/store/index.ts'
import { seeded } from './random.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-move-'))
const children = new Set<ChildProcess>()
let stores = 0

afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const fresh = (): string => `file:${join(folder, `${++stores}.db`)}`

/** A program of this folder with what it has said so far. */
function start(program: string, ...args: string[]): { readonly child: ChildProcess; readonly said: () => string[] } {
  const child = spawn(process.execPath, [join(import.meta.dirname, program), ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  children.add(child)
  return { child, said: () => text.split('\n').slice(0, -1) }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  children.delete(child)
}

/** Sessions with a past, some of them forked. */
async function filled(sessions: number): Promise<string> {
  const url = fresh()
  await using hf = await open(url, { worker: false, durability: 'os' })
  for (let turn = 0; turn < 12; turn++) {
    const names = Array.from({ length: sessions }, (_, i) => `s/${i}`)
    await Promise.all(names.map((id) => hf.session(id).set('turn', { turn, text: `${id} ${turn} `.repeat(40) })))
  }
  await hf.session('s/1').fork('forked')
  return url
}

async function hashOf(url: string): Promise<string> {
  await using hf = await open(url, { worker: false })
  return await stateHash(hf.store)
}

let source = ''
beforeAll(async () => {
  source = await filled(400)
}, 60_000)

test('MV4 a move that is killed again and again comes to its end, and nothing is in two places', {
  timeout: 120_000,
}, async () => {
  const [target, hash] = [fresh(), await hashOf(source)]
  const random = seeded(7)
  for (let kills = 0; ; kills++) {
    const { child, said } = start('move-child.ts', source, target)
    // However slow the machine, one of them comes to its end.
    const patience = (300 + random(900)) * 1.25 ** kills
    await Promise.race([ended(child), setTimeout(patience)])
    if (child.exitCode === 0) {
      expect(kills).toBeGreaterThan(0)
      expect(JSON.parse(said().at(-1) ?? '')).toMatchObject({ hash })
      break
    }
    child.kill('SIGKILL')
    await ended(child)
    // Killed behind its end, before it could say so.
    if (await expectOnePlace(source, target, kills)) break
  }
  expect(await hashOf(target)).toBe(hash)
  await using hf = await open(target, { worker: false })
  expect((await hf.session('s/3').history({ limit: 99 }).next()).value).toMatchObject({ revision: 12 })
  expect(await Array.fromAsync(hf.store.engine.verify())).toEqual([])
})

/**
 * After a kill the target is there and refuses to be opened, or is not begun; the source is used, or says why not. True when the move has come to
 * its end: the source refuses, and the target does not.
 */
async function expectOnePlace(from: string, to: string, n: number): Promise<boolean> {
  await using hf = await open(from, { worker: false })
  const refused = await hf
    .session('kills')
    .set('n', n)
    .then(
      () => undefined,
      (error: unknown) => error,
    )
  if (refused !== undefined) expect(refused).toMatchObject({ code: 'unavailable', details: { reason: 'moved' } })
  else await hf.session('kills').destroy()
  try {
    await using _ = await open(to, { worker: false })
    return refused !== undefined
  } catch (error) {
    if (!HoldfastError.is(error, 'unavailable')) throw error
    expect(error.message).toContain('holdfast move')
    return false
  }
}

test('MV3 what processes write while the store moves is in the target, or was refused', { timeout: 120_000 }, async () => {
  const [from, to] = [await filled(60), fresh()]
  const writers = ['a', 'b', 'c'].map((name) => {
    const log = join(folder, `${name}.log`)
    writeFileSync(log, '')
    const said = (): string[] => readFileSync(log, 'utf8').split('\n').slice(0, -1)
    return { name, said, child: start('move-writer-child.ts', from, name, log).child }
  })
  while (!writers.every(({ said }) => said().length > 3)) await setTimeout(20)
  const mover = start('move-child.ts', from, to)
  await Promise.all([mover, ...writers].map(({ child }) => ended(child)))
  expect(mover.child.exitCode).toBe(0)
  await using hf = await open(to, { worker: false })
  for (const { name, said } of writers) {
    const [refusal = '', last = ''] = said().toReversed()
    expect(refusal).toMatch(/^refused .*(is stopped while it moves|has moved)/)
    expect(await hf.session(`writer/${name}`).get('n')).toBe(Number(last))
  }
  expect(await hashOf(from)).toBe(await stateHash(hf.store))
})
