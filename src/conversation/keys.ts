import { hashOf } from '../store/index.ts'

/** The entry that says where a conversation stands. */
export const STATE = 'state'

/** Turns are kept so many to a page: whoever opens a conversation reads its newest page, however long it is. */
const PAGE_TURNS = 100
/** Own ids are spread over so many places: many at once are looked up a place at a time. */
const ID_PLACES = 256

/** What the key of every turn of a page begins with, less the slash: that of the page a turn is on. */
export function pageOf(n: number): string {
  return `turn/${String(Math.floor(n / PAGE_TURNS)).padStart(8, '0')}`
}

export function turnKey(n: number): string {
  return `${pageOf(n)}/${String(n % PAGE_TURNS).padStart(2, '0')}`
}

/** Says which turn has an id of its adder's own. */
export function idKey(id: string): string {
  return `id/${hashOf(id, ID_PLACES)}/${id.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

export const BRANCHES = 'branch'

export function branchKey(number: number): string {
  return `${BRANCHES}/${String(number).padStart(8, '0')}`
}

export const PINS = 'pin'

export function pinKey(n: number): string {
  return `${PINS}/${String(n).padStart(10, '0')}`
}

/** Says how far a turn has come that is being written; also the name of the timer that looks whether it still is. */
export function streamKey(n: number): string {
  return `stream/${n}`
}

/** What has come of such a turn: pieces, in the order of their keys. */
export function piecesOf(n: number): string {
  return `piece/${n}`
}

/** The turn whose writer a timer is about. */
export function turnOfTimer(name: string): number {
  return Number(name.slice('stream/'.length))
}

export function pieceKey(n: number, piece: number): string {
  return `${piecesOf(n)}/${String(piece).padStart(8, '0')}`
}
