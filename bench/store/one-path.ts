import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { open } from '../../src/index.ts'
import { count, type Family } from '../family.ts'
import { inFolder } from '../folder.ts'
import { entry } from '../payload.ts'
import { withStore } from './sessions.ts'

const PROCESS = '/proc/self/io'
const ENTRIES = 17_500

/** Bytes read from files for one small value out of a large session. */
export const onePath: Family<'one_path_of_10mb_kib'> = {
  figures: ['one_path_of_10mb_kib'],
  async measure() {
    if (!existsSync(PROCESS)) return { one_path_of_10mb_kib: { value: null, note: `this system has no ${PROCESS}` } }
    return inFolder(async (folder) => {
      const file = join(folder, 'ours.db')
      const bytes = await fill(file)
      const reads: number[] = []
      for (let i = 0; i < 7; i++) reads.push(await readOnePath(file, Math.floor((ENTRIES * (i + 0.5)) / 7)))
      const note = `session.get('documents.k..') of ${count(bytes)} B of state, first read after opening, worst of ${reads.length}; rchar of ${PROCESS}`
      return { one_path_of_10mb_kib: { value: Math.max(...reads) / 1024, note } }
    })
  },
}

/** Returns the size of the state as JSON. */
function fill(file: string): Promise<number> {
  return withStore(file, 'os', async (hf) => {
    const session = hf.session('large')
    await session.set('documents', Object.fromEntries(Array.from({ length: ENTRIES }, (_, i) => [`k${i}`, entry(i)])))
    return JSON.stringify(await session.get()).length
  })
}

async function readOnePath(file: string, i: number): Promise<number> {
  const hf = await open(`file:${file}`)
  const own = bytesRead()
  const before = bytesRead()
  const found = await hf.session('large').get(`documents.k${i}`)
  const bytes = bytesRead() - before - (before - own)
  await hf.close()
  if (JSON.stringify(found) !== JSON.stringify(entry(i))) throw new Error(`Expected entry ${i}, got ${JSON.stringify(found)}`)
  return bytes
}

function bytesRead(): number {
  return Number(/rchar: (\d+)/.exec(readFileSync(PROCESS, 'utf8'))?.[1])
}
