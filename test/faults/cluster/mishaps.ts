import type { Chance } from '../../simulation/chance.ts'

/** What may happen to a process. */
export const NODE_MISHAPS = ['node_kill', 'node_freeze', 'node_clock'] as const
/** What may happen on the way between clients and servers, and between nodes and their database. */
export const LINK_MISHAPS = ['cut', 'refuse', 'delay', 'jitter', 'freeze_up', 'freeze_down', 'lose_answer'] as const
/** What may happen to a database server: it goes down like in a crash, or its main process is killed. */
export const DATABASE_MISHAPS = ['database_crash', 'database_kill', 'database_freeze'] as const

export type LinkMishap = (typeof LINK_MISHAPS)[number]
export type MishapKind =
  | (typeof NODE_MISHAPS)[number]
  | `client_${LinkMishap}`
  | `database_link_${LinkMishap}`
  | (typeof DATABASE_MISHAPS)[number]

/** Something that goes wrong: what, where (`place`, a number that the place is drawn from), and for how many milliseconds. */
export interface Mishap {
  readonly kind: MishapKind
  readonly place: number
  readonly ms: number
}

/** What may go wrong between the processes of a cluster, with its database server where it has one. */
export function surroundings(hasServer: boolean): MishapKind[] {
  const links = LINK_MISHAPS.map((link) => `client_${link}` as const)
  return hasServer ? [...links, ...LINK_MISHAPS.map((link) => `database_link_${link}` as const), ...DATABASE_MISHAPS] : links
}

/** Each kind once, in an order that is drawn, and then on and on whatever is drawn. */
export function* mishaps(kinds: readonly MishapKind[], chance: Chance): Generator<Mishap, never> {
  const left = [...kinds]
  for (;;) {
    const kind = left.length > 0 ? left.splice(chance.below(left.length), 1)[0] : chance.pick(kinds)
    if (kind === undefined) throw new Error('Nothing can go wrong')
    yield { kind, place: chance.below(1 << 20), ms: 100 + chance.below(chance.happens(0.15) ? 4000 : 700) }
  }
}
