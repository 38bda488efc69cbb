import type { Branch } from '../api/conversation.ts'
import type { Leaving } from './turn-entry.tsx'

/** Where branches leave others. */
export function leavingOf(branches: readonly Branch[]): Leaving {
  const leaving = new Map<string, number[]>()
  for (const { branch, from } of branches) {
    if (from !== null) leaving.set(from, [...(leaving.get(from) ?? []), branch])
  }
  return leaving
}
