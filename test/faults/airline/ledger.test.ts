import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Ledger } from './ledger.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-ledger-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('a call that comes again is one too many only where what it came to was recorded before', () => {
  const file = join(folder, 'ledger')
  const ledger = new Ledger(file)
  ledger.look(new Set())
  appendFileSync(file, 'a\nb\n')
  ledger.look(new Set(['a']))
  appendFileSync(file, 'b\n')
  ledger.look(new Set(['a', 'b']))
  expect(ledger.again).toEqual([])
  appendFileSync(file, 'a\n')
  ledger.look(new Set(['a', 'b']))
  expect(ledger.again).toEqual(['a'])
  expect(ledger.keys).toEqual(['a', 'b', 'b', 'a'])
})
