import { HoldfastError } from '../core/index.ts'

/** The kind of the entities that instances are kept in. */
export const MACHINE_KIND = 'machine'

/** The kind of the entities whose trees instances live in: sessions. */
export const ROOT_KIND = 'session'

/** Where an instance is: the session whose tree it belongs to, and its name there. */
export interface Address {
  readonly session: string
  readonly name: string
}

/** The id of an instance's entity. @throws invalid for a name that would not come apart again */
export function instanceId(session: string, name: string): string {
  if (name !== '' && !name.includes('/') && session !== '') return `${session}/${name}`
  const path = session === '' ? 'session' : 'name'
  throw new HoldfastError(
    'invalid',
    `Expected the id of a session and a name without /, got ${JSON.stringify([session, name])}`,
    {
      path,
    },
  )
}

/** The session and the name in an instance's id: the last slash divides them. */
export function addressOf(id: string): Address {
  const end = id.lastIndexOf('/')
  return { session: id.slice(0, end), name: id.slice(end + 1) }
}

/** The id of the child that an instance's `invoke` starts: the same each time, so that its history goes on. */
export function childId(parent: string, invoke: string): string {
  return `${parent}.${invoke.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

/** The instance a message is for: a full id, or a name in the sender's session. */
export function neighbour(sender: string, target: string): string {
  return target.includes('/') ? target : `${addressOf(sender).session}/${target}`
}
