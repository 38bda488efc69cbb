import { rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { expect, it } from 'vitest'
import { open } from '../../holdfast.ts'
import { temporaryFile } from '../../store/engines.testing.ts'
import { bytesOf } from './store-size.ts'

it('H21 tells the size of a file with its log, and of what is no file nothing', async () => {
  const file = temporaryFile()
  const hf = await open(`file:${file}`, { worker: false })
  await hf.session('a').set('text', 'x'.repeat(10_000))
  expect(await bytesOf(hf.url)).toBe(statSync(file).size + statSync(`${file}-wal`).size)
  await hf.close()
  rmSync(dirname(file), { recursive: true })
  for (const url of ['memory:', 'postgres://agents@127.0.0.1:5432/agents']) expect(await bytesOf(url)).toBeNull()
})
