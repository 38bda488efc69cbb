import type { TurnPage } from '../api/conversation.ts'

/** Pages that are read to find the turn that was the first one before; further back, the reader begins anew at the end. */
const MOST_PAGES = 4

/**
 * The end of a conversation that goes on. It keeps the first turn it began with, so that what is older stays where it is on the screen
 * while new turns come; when that one is out of reach, because of too many new ones or another branch, it is the newest page.
 */
export async function readTail(old: TurnPage | undefined, read: (before: string | null) => Promise<TurnPage>): Promise<TurnPage> {
  const newest = await read(null)
  const first = old?.turns[0]?.id
  if (old === undefined || first === undefined) return newest
  let page = newest
  let turns = newest.turns
  for (let pages = 1; ; pages++) {
    const at = turns.findIndex(({ id }) => id === first)
    if (at >= 0) return { turns: turns.slice(at), more: old.more, before: old.before }
    if (pages === MOST_PAGES || page.before === null) return newest
    page = await read(page.before)
    turns = [...page.turns, ...turns]
  }
}
