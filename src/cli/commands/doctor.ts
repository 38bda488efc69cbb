import { HoldfastError } from '../../core/index.ts'
import type { Holdfast } from '../../index.ts'
import type { EntityRef, Growth } from '../../store/index.ts'
import type { Call } from '../call.ts'
import type { Command, Result } from '../command.ts'
import { examine, type Finding } from '../examination.ts'
import { exitCodes } from '../exit-code.ts'
import { startProgress } from '../progress.ts'
import { remedies } from '../remedy.ts'
import { fields, table } from '../table.ts'
import { counted, formatBytes } from '../text.ts'

/** Keys larger than this, and keys with more past versions, are worth a word. */
const LARGE_BYTES = 1024 * 1024
const MANY_CHANGES = 10_000

export const doctor: Command = {
  name: 'doctor',
  summary: 'verify the store, and show what is large and what grows',
  arguments: [],
  options: {
    deep: { help: 'also read every past version; takes time in proportion to the history' },
    top: { value: 'N', help: 'how many of the largest and busiest to show; default 5' },
  },
  examples: ['doctor', 'doctor --deep', 'doctor --store file:./copy.db --json'],
  next: 'hash',
  async run(call) {
    const top = call.number('top', 1) ?? 5
    let hf: Holdfast | undefined
    try {
      hf = await call.openToRead()
      const findings = await examined(hf, call)
      return resultOf(call, findings, await hf.store.engine.growth(top))
    } catch (error) {
      if (!HoldfastError.is(error, 'corrupt')) throw error
      return resultOf(call, [{ code: 'file', message: error.message }], undefined)
    } finally {
      await hf?.close()
    }
  },
}

async function examined(hf: Holdfast, call: Call): Promise<Finding[]> {
  const progress = startProgress(call.io)
  try {
    const options = { deep: call.flag('deep'), signal: call.io.signal, onProgress: (text: string) => progress.update(text) }
    return await Array.fromAsync(examine(hf.store, options))
  } finally {
    progress.end()
  }
}

function resultOf(call: Call, findings: readonly Finding[], growth: Growth | undefined): Result {
  const isSound = findings.length === 0
  return {
    data: {
      store: call.store,
      sound: isSound,
      findings: findings.map((one) => ({ ...one, todo: remedies[one.code] })),
      growth: growth ?? null,
    },
    text: [verdictOf(call, findings), ...(growth === undefined ? [] : [growthOf(call, growth), ...notesOf(growth)])].join('\n\n'),
    exit: isSound ? exitCodes.ok : exitCodes.verificationFailed,
  }
}

function verdictOf({ store, paint }: Call, findings: readonly Finding[]): string {
  if (findings.length === 0) return `${paint('green', 'sound')}  ${store}: log, entries, past versions and terms agree`
  const codes = [...new Set(findings.map((one) => one.code))]
  const blocks = codes.map((code) => {
    const own = findings.filter((one) => one.code === code).map((one) => `  ${one.message}`)
    return `${paint('red', code)}\n${own.join('\n')}\n  What to do: ${remedies[code]}`
  })
  return `${paint('red', 'damaged')}  ${store}: ${counted(findings.length, 'finding')}\n\n${blocks.join('\n\n')}`
}

function growthOf({ paint, io }: Call, growth: Growth): string {
  const columns = io.stdout.isTTY ? io.stdout.columns : 200
  const name = ({ kind, id }: EntityRef): string => `${kind} ${id}`
  const rows = {
    entities: growth.largestEntities.map((one) => [formatBytes(one.bytes), String(one.entries), name(one.entity)]),
    keys: growth.largestKeys.map((one) => [formatBytes(one.bytes), one.key, name(one.entity)]),
    busy: growth.busiestKeys.map((one) => [String(one.changes), one.key, name(one.entity)]),
  }
  return [
    fields(
      [
        ['entities', String(growth.entities)],
        ['records', String(growth.records)],
        ['bytes', growth.bytes === 0 ? 'in memory' : formatBytes(growth.bytes)],
      ],
      paint,
    ),
    table(['largest', 'entries', 'entity'], rows.entities, paint, columns),
    table(['largest', 'key', 'entity'], rows.keys, paint, columns),
    table(['versions', 'busiest key', 'entity'], rows.busy, paint, columns),
  ].join('\n\n')
}

function notesOf(growth: Growth): string[] {
  const large = growth.largestKeys.filter(({ bytes }) => bytes > LARGE_BYTES)
  const busy = growth.busiestKeys.filter(({ changes }) => changes > MANY_CHANGES)
  return [
    ...large.map(
      ({ key, bytes }) => `${key} takes ${formatBytes(bytes)} in one piece: keep it as a list or an object, which is split`,
    ),
    ...busy.map(
      ({ key, changes }) => `${key} has ${changes} past versions: let history be shorter (retention), or write it less often`,
    ),
  ]
}
