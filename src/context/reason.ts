import type { Parts, Ranked } from './rank.ts'

const WORDS: Readonly<Record<keyof Parts, string>> = {
  words: 'the query names it',
  mention: 'the query says its value',
  neighbours: 'the query names what stands beside it',
  meaning: 'close to the query in meaning',
  recency: 'changed lately',
  activation: 'its value came up often or lately',
  frequency: 'changed or read often',
  recurrence: 'its value stands in several places',
  identity: 'looks like an identifier',
}

/** Why a variable stands where it stands, in words: the two parts that gave most. */
export function reasonOf({ pinned, parts }: Ranked): string {
  if (pinned !== undefined) return 'pinned'
  const given = (Object.entries(parts) as [keyof Parts, number][]).filter(([, part]) => part > 0)
  const most = given.sort(([, a], [, b]) => b - a).slice(0, 2)
  return most.map(([name]) => WORDS[name]).join('; ') || 'there was room'
}
