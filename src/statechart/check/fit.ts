import type { StandardSchemaV1 } from '@standard-schema/spec'
import { HoldfastError } from '../../core/index.ts'
import type { Chart } from '../chart.ts'
import type { Machine } from '../machine.ts'
import { compiled, initial } from '../step.ts'
import { restore, type StoredSnapshot } from '../stored.ts'
import type { Family } from './family.ts'
import type { Finding } from './finding.ts'
import { type Moment, traceTo } from './moment.ts'

/** What the schema refuses in the context a machine begins with. */
export function contextMismatches(machine: Machine, schema: StandardSchemaV1, input: unknown): Finding[] {
  const issues = refusals(machine, schema, input)
  return issues.map(({ path, message }) => ({
    kind: 'context-mismatch',
    severity: 'error',
    certainty: 'certain',
    path: [machine.id, 'context', ...path].join('.'),
    message,
    trace: [],
  }))
}

function refusals(machine: Machine, schema: StandardSchemaV1, input: unknown): { path: readonly string[]; message: string }[] {
  try {
    const result = schema['~standard'].validate(initial(machine, 0, input).snapshot.context)
    if (result instanceof Promise) return [{ path: [], message: 'the schema answers later; give one that answers at once' }]
    return (result.issues ?? []).map(({ path = [], message }) => ({
      path: path.map((key) => String(typeof key === 'object' ? key.key : key)),
      message,
    }))
  } catch (error) {
    return [{ path: [], message: `the machine cannot begin: ${error instanceof Error ? error.message : String(error)}` }]
  }
}

/** Configurations that instances of the version before may rest in, and that this one does not have. */
export function unfitConfigurations(chart: Chart, previous: Machine, family: Family): Finding[] {
  const exploration = family.explore(compiled(previous), undefined)
  const seen = new Set<string>()
  return exploration.moments.flatMap((moment) => {
    const reason = moment.rests || moment.done ? unfit(chart, exploration.chart, moment) : undefined
    if (reason === undefined || seen.has(reason)) return []
    seen.add(reason)
    return [finding(chart, `an instance of ${previous.id}@${previous.version} cannot go on here: ${reason}`, traceTo(moment))]
  })
}

/** Stored snapshots that this version cannot take over. */
export function unfitSnapshots(machine: Machine, snapshots: readonly StoredSnapshot[]): Finding[] {
  return snapshots.flatMap(([tag, ...rest]) => {
    try {
      restore(machine, [machine.tag, ...rest])
      return []
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error
      return [finding(compiled(machine), `a snapshot of ${tag} cannot go on here: ${error.message}`, [])]
    }
  })
}

function unfit(chart: Chart, before: Chart, moment: Moment): string | undefined {
  const ids = moment.configuration.leaves.map((leaf) => before.table.at(leaf).id)
  const missing = ids.filter((id) => chart.table.find(id) === undefined)
  if (missing.length > 0) return `there is no state ${missing.join(', ')}`
  return chart.named(ids) === undefined ? `${ids.join(' + ')} are no configuration` : lostChild(chart.table, before, moment)
}

function lostChild(table: Chart['table'], before: Chart, { configuration }: Moment): string | undefined {
  const invoked = (index: number): number => before.table.at(index).invokes.length
  const lost = configuration.states.find((index) => {
    return invoked(index) > (table.find(before.table.at(index).id)?.invokes.length ?? 0)
  })
  return lost === undefined ? undefined : `${before.table.at(lost).id} does not start the same children any more`
}

function finding({ blueprint }: Chart, message: string, trace: readonly string[]): Finding {
  return { kind: 'snapshot-unfit', severity: 'error', certainty: 'certain', path: blueprint.id, message, trace }
}
