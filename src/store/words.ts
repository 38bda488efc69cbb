import type { EntryClass, LogRow, OutboxState, VersionRow } from './engine.ts'

/** Small integers stand for words in databases: the place of a word in its list. The lists may only grow. */
export const CLASSES: readonly EntryClass[] = ['state', 'derived']
export const OPS: readonly VersionRow['op'][] = ['image', 'patch', 'absent']
export const RECORD_OPS: readonly LogRow['op'][] = ['write', 'create', 'delete']
export const STATES: readonly OutboxState[] = ['due', 'settled', 'cancelled', 'dead']

/** The stored integer of a word. */
export function ordinal<Word extends string>(words: readonly Word[], word: Word): number {
  return words.indexOf(word)
}

/** Above every key: keys hold no NUL and are valid UTF-8, whose bytes never reach 0xff. */
export const TOP = '\u{10ffff}\u{10ffff}'
