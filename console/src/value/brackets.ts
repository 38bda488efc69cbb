import type { Node } from './tree.ts'

/** What a value that holds others begins and ends with. */
export function brackets({ kind }: Pick<Node, 'kind'>): readonly [string, string] {
  if (kind === 'array') return ['[', ']']
  if (kind === 'set') return ['Set {', '}']
  return kind === 'map' ? ['Map {', '}'] : ['{', '}']
}
