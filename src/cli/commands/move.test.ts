import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { openTerminal, type Terminal } from '../terminal.testing.ts'

const terminals: Terminal[] = []
let terminal = openTerminal()
let to = ''

beforeEach(async () => {
  terminal = openTerminal()
  terminals.push(terminal)
  to = `file:${join(terminal.folder, 'moved.db')}`
  for (const value of ['1', '2', '3']) await terminal.run('set', 'alice/1', 'cart.qty', value)
  await terminal.run('fork', 'alice/1', 'alice/2')
})

afterAll(() => {
  for (const each of terminals) each.remove()
})

test('MV1 move tells what it moved; the new store has the past, the old one says where it went', async () => {
  const { hash } = (await terminal.json('hash')).data as { hash: string }
  const { code, data } = await terminal.json('move', terminal.store, to)
  expect({ code, data }).toMatchObject({
    code: 0,
    data: { from: terminal.store, to, entities: 2, records: 4, hash },
  })
  expect((await terminal.run('get', 'alice/1', 'cart.qty', '--at', '2', '--store', to)).stdout).toBe('2\n')
  expect((await terminal.run('get', 'alice/2', 'cart.qty', '--store', to)).stdout).toBe('3\n')
  expect(await terminal.run('doctor', '--deep', '--store', to)).toMatchObject({ code: 0 })
  expect(await terminal.run('set', 'alice/1', 'cart.qty', '4')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`has moved to ${to}`),
  })
  expect(await terminal.run('get', 'alice/1', 'cart.qty')).toMatchObject({ code: 0, stdout: '3\n' })
  expect(await terminal.run('doctor')).toMatchObject({ code: 0 })
  expect(await terminal.run('move', terminal.store, to)).toMatchObject({ code: 4, stderr: expect.stringContaining('has moved') })
})

test('MV1 move tells a person', async () => {
  const { code, stdout, stderr } = await terminal.run('move', terminal.store, to)
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/moved {2}to file:.*entities +2\n/s) })
  expect(stderr).toContain(`holdfast doctor --store ${to}`)
})

test('MV2 a target in use exits with 4, a damaged source with 5, what is typed wrong with 2', async () => {
  await terminal.run('set', 'bob', 'a', '1', '--store', to)
  expect(await terminal.run('move', terminal.store, to)).toMatchObject({ code: 4, stderr: expect.stringContaining('not empty') })
  expect(await terminal.run('set', 'alice/1', 'cart.qty', '4')).toMatchObject({ code: 0 })
  for (const wrong of [[terminal.store], [terminal.store, terminal.store], [terminal.store, 'ftp://x'], ['a', 'b', '--abandon']])
    expect(await terminal.run('move', ...wrong), wrong.join(' ')).toMatchObject({ code: 2 })
  expect(await terminal.run('move', `file:${terminal.folder}/none.db`, to)).toMatchObject({ code: 3 })
})

test('MV2 a value that has changed on disk is found on its way', async () => {
  const file = terminal.store.slice(5)
  await terminal.run('set', 'alice/1', 'note', 'a value that is easily found in a file')
  await terminal.run('doctor')
  const bytes = readFileSync(file)
  const at = bytes.lastIndexOf('easily')
  expect(at).toBeGreaterThan(0)
  bytes.write('EASILY', at)
  writeFileSync(file, bytes)
  const { code, stderr } = await terminal.run('move', terminal.store, to)
  expect({ code, stderr }).toMatchObject({ code: 5, stderr: expect.stringContaining('damaged') })
})

test('MV6 a store that is not moving has nothing to give up', async () => {
  expect(await terminal.run('move', terminal.store, '--abandon')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('was not being moved'),
  })
})
