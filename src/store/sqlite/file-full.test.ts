import { rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { set, write } from '../contract/harness.ts'
import { noSmallDisk, SmallDisk } from './disk.testing.ts'
import { createSqliteEngine } from './index.ts'

const disks: SmallDisk[] = []
afterEach(() => {
  for (const disk of disks.splice(0)) disk.remove()
})

function mount(kib: number): SmallDisk {
  const disk = SmallDisk.mount(kib)
  if (disk === undefined) throw new Error('a disk could be mounted a moment ago')
  disks.push(disk)
  return disk
}

/** Text that no compression would help with, were there any. */
const text = (i: number) => `${i} `.repeat(2000)

describe.skipIf(noSmallDisk !== undefined)(`a full disk${noSmallDisk === undefined ? '' : ` (skipped: ${noSmallDisk})`}`, () => {
  test.each(['inline', 'thread'] as const)('%s: refuses, loses nothing, and goes on once there is room', async (writer) => {
    const disk = mount(1536)
    const file = join(disk.folder, 'agent.db')
    const engine = createSqliteEngine({ file, writer })
    let acknowledged = 0
    let refused = 0
    for (let i = 1; refused < 10; i++) {
      try {
        await write(engine, 'a', [set('n', String(i)), set(`k${i}`, text(i))])
        expect(refused).toBe(0)
        acknowledged = i
      } catch (error) {
        expect(error).toMatchObject({ code: 'unavailable', details: { reason: 'disk_full' } })
        refused++
      }
    }
    expect(acknowledged).toBeGreaterThan(10)
    const row = await engine.entity({ tenant: 'acme', kind: 'doc', id: 'a' })
    expect(row?.revision).toBe(acknowledged)
    expect(Buffer.from((await engine.entry(1, 'n'))?.segment ?? []).toString()).toBe(String(acknowledged))

    disk.resize(16 * 1024)
    for (let i = 1; i <= 200; i++) await write(engine, 'a', [set('n', String(acknowledged + i)), set(`k${i}`, text(i))])
    expect(await Array.fromAsync(engine.verify())).toEqual([])
    await engine.close()
    const again = createSqliteEngine({ file })
    expect((await again.entity({ tenant: 'acme', kind: 'doc', id: 'a' }))?.revision).toBe(acknowledged + 200)
    for (let i = 1; i <= acknowledged; i++)
      expect(Buffer.from((await again.entry(1, `k${i}`))?.segment ?? []).toString()).toBe(text(i))
    await again.close()
  })

  test('a process that comes to a full disk is told what it is, and finds all once there is room', async () => {
    const disk = mount(1024)
    const file = join(disk.folder, 'agent.db')
    const first = createSqliteEngine({ file })
    await write(first, 'a', [set('n', '1')])
    await first.close()
    const ballast = join(disk.folder, 'ballast')
    expect(() => writeFileSync(ballast, new Uint8Array(2 * 1024 * 1024))).toThrow('ENOSPC')
    expect(() => createSqliteEngine({ file })).toThrow(
      expect.objectContaining({ code: 'unavailable', details: { reason: 'disk_full' } }),
    )
    rmSync(ballast)
    const second = createSqliteEngine({ file })
    expect((await second.entity({ tenant: 'acme', kind: 'doc', id: 'a' }))?.revision).toBe(1)
    await second.close()
  })

  test('what is full stays readable, also when opened anew', async () => {
    const disk = mount(1024)
    const file = join(disk.folder, 'agent.db')
    const engine = createSqliteEngine({ file })
    let acknowledged = 0
    for (let full = false; !full; ) {
      full = await write(engine, 'a', [set(`k${acknowledged + 1}`, text(acknowledged))]).then(
        () => ++acknowledged < 0,
        () => true,
      )
    }
    const second = createSqliteEngine({ file })
    expect((await second.entity({ tenant: 'acme', kind: 'doc', id: 'a' }))?.revision).toBe(acknowledged)
    await second.close()
    expect(statSync(file).size).toBeGreaterThan(0)
    await engine.close()
  })

  test('a store cannot be made on a full disk, and leaves nothing that hinders the next try', async () => {
    const disk = mount(16)
    const file = join(disk.folder, 'agent.db')
    expect(() => createSqliteEngine({ file })).toThrow(expect.objectContaining({ code: 'unavailable' }))
    disk.resize(4096)
    const engine = createSqliteEngine({ file })
    await write(engine, 'a', [set('k', 'v')])
    await engine.close()
  })
})
