import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

const COMMITS = 40
const noTrace =
  spawnSync('strace', ['-c', '-o', '/dev/null', 'true']).status === 0 ? undefined : 'strace is absent, or may not trace here'
if (noTrace !== undefined) console.warn(`skipped: ${noTrace}`)

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-fsync-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** How often a process that has had so many single commits acknowledged has asked the disk to be done. */
function syncs(name: string, writer: string, durability: string): number {
  const counts = join(folder, `${name}.txt`)
  const traced = ['-f', '-c', '-e', 'trace=fsync,fdatasync', '-o', counts]
  const child = [join(import.meta.dirname, 'fsync-child.ts'), join(folder, `${name}.db`), String(COMMITS), writer, durability]
  const { stdout, status } = spawnSync('strace', [...traced, process.execPath, ...child], { encoding: 'utf8' })
  expect({ status, acknowledged: Number(stdout) }).toEqual({ status: 0, acknowledged: COMMITS })
  const lines = readFileSync(counts, 'utf8').split('\n')
  return lines
    .filter((line) => /\b(?:fsync|fdatasync)$/.test(line))
    .reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[3]), 0)
}

test.skipIf(noTrace !== undefined).each(['inline', 'thread'])('I1 an fsync precedes each acknowledgement: %s', (writer) => {
  expect(syncs(writer, writer, 'full')).toBeGreaterThanOrEqual(COMMITS)
})

test.skipIf(noTrace !== undefined)('the count tells the difference: durability `os` leaves the disk to the system', () => {
  expect(syncs('os', 'inline', 'os')).toBeLessThan(COMMITS)
})
