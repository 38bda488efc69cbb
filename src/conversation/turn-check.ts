import { checkName, type Path } from '../core/index.ts'
import { encodeLeaf } from '../store/index.ts'
import { checkLimit } from './limits.ts'
import type { Part } from './part.ts'
import { checkedPart, isRole, unusable } from './part-check.ts'
import type { TurnRecord } from './record.ts'
import type { NewTurn, Role } from './turn.ts'

/** A turn that can be stored as it is. */
export type CheckedTurn = Pick<TurnRecord, 'role' | 'content' | 'speaker' | 'providerOptions' | 'metadata'> & {
  readonly id?: string
}

/** Numbered ids are given out, so nobody may take one. */
const NUMBERED = /^turn-\d+$/

/** @throws invalid with the path of what is wrong, e.g. `content[2].toolCallId`; too_large */
export function checkedTurn(given: NewTurn, at: Path = []): CheckedTurn {
  if (typeof given !== 'object' || given === null) throw unusable(at, '{ role: "user", content: "..." }', given)
  const { id, role, content, speaker, providerOptions, metadata } = given
  if (!isRole(role)) throw unusable([...at, 'role'], 'system, user, assistant or tool', role)
  if (id !== undefined) checkId(id, at)
  if (speaker !== undefined) checkName(speaker, 'the speaker of a turn', 200)
  const turn: CheckedTurn = {
    ...(id !== undefined && { id }),
    role,
    content: checkedContent(content, role, [...at, 'content']),
    ...(speaker !== undefined && { speaker }),
    ...(providerOptions !== undefined && { providerOptions }),
    ...(metadata !== undefined && { metadata }),
  }
  const bytes = encodeLeaf(turn, undefined, at).length
  checkLimit('bytes', bytes, { path: id ?? 'the turn', remedy: 'keep what is that large elsewhere and name it in the turn' })
  return turn
}

function checkId(id: string, at: Path): void {
  checkName(id, 'the id of a turn', 200)
  if (NUMBERED.test(id)) throw unusable([...at, 'id'], 'an id unlike those that are given out (turn-1, turn-2, ...)', id)
}

function checkedContent(content: unknown, role: Role, at: Path): string | readonly Part[] {
  if (typeof content === 'string' && role !== 'tool') return content
  if (!Array.isArray(content)) throw unusable(at, role === 'tool' ? 'a list of parts' : 'text or a list of parts', content)
  checkLimit('parts', content.length, { path: 'the turn', remedy: 'say it in several turns' })
  return content.map((part, i) => checkedPart(part, role, [...at, i]))
}
