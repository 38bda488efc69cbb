import type { Chart } from '../chart.ts'
import { wordsOf } from '../words.ts'
import { contents, guards, hasFunction, invokes } from './content.ts'
import type { Finding } from './finding.ts'

/** Guards, actions, effects, delays and actors that are declared and never used. */
export function unusedNames(chart: Chart): Finding[] {
  const { id, definition } = chart.blueprint
  if (definition === undefined) return []
  const used = usedNames(chart)
  return Object.entries(used).flatMap(([part, names]) => {
    return Object.keys(Object(definition[part]))
      .filter((name) => !names.has(name))
      .map((name) => info('unused-implementation', `${id}.${part}.${name}`, `nothing uses ${JSON.stringify(name)}`))
  })
}

/** Functions written in place. Of a machine in JSON they are expressions, which are shown and written down as they are. */
export function unnamedFunctions(chart: Chart): Finding[] {
  if (chart.blueprint.json !== undefined) return []
  const message = 'a function in place has no name: it cannot be exported, or be replaced in a test; declare it in setup'
  const inGuards = guards(chart).flatMap(({ path, note }) =>
    note.kind === 'function' && wordsOf(note.value) === undefined ? [path] : [],
  )
  const inActions = contents(chart).flatMap(({ notes }) => {
    return notes
      .filter(
        ({ name, kind, written }) =>
          name === undefined && kind !== 'after' && hasFunction(written, (found) => wordsOf(found) === undefined),
      )
      .map(({ path }) => path)
  })
  return [...new Set([...inGuards, ...inActions])].map((path) => info('unnamed-implementation', path, message))
}

function usedNames(chart: Chart): Readonly<Record<string, ReadonlySet<unknown>>> {
  const notes = contents(chart).flatMap((each) => each.notes)
  const actions = new Set(notes.map(({ name }) => name))
  return {
    guards: new Set(guards(chart).flatMap(({ note }) => (note.kind === 'name' ? [note.name] : []))),
    actions,
    effects: actions,
    delays: new Set(notes.map(({ written }) => written.delay)),
    actors: new Set(invokes(chart).map(({ note }) => note.src)),
  }
}

function info(kind: Finding['kind'], path: string, message: string): Finding {
  const severity = kind === 'unused-implementation' ? 'warning' : 'info'
  return { kind, severity, certainty: 'certain', path, message, trace: [] }
}
