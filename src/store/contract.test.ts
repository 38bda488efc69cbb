import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { engineContract } from './contract.ts'

/** Rules that hold between engines, so no single one can be asked: the property tests ask them. */
const BETWEEN_ENGINES = ['E46']

const spec = readFileSync(new URL('./SPEC.md', import.meta.url), 'utf8')
const written = [...spec.matchAll(/^\*\*(E\d+)\*\*/gm)].map(([, id]) => id)

test('every rule of SPEC.md is written once and in order', () => {
  expect(written).toEqual(written.map((_, i) => `E${i + 1}`))
})

test('every rule of SPEC.md is checked by the contract, and the contract checks no other', () => {
  const checked = new Set([...engineContract.map(({ id }) => id), ...BETWEEN_ENGINES])
  expect([...checked].toSorted()).toEqual(written.toSorted())
})

test('every check of the contract has a name of its own', () => {
  const names = engineContract.map(({ id, title }) => `${id} ${title}`)
  expect(new Set(names).size).toBe(names.length)
})
