import { HoldfastError, withoutPassword } from '../../core/index.ts'

/** Where a PostgreSQL store is, as its URL says. */
export interface Address {
  /** One URL for each server that may hold it, without what is Holdfast's own. */
  readonly servers: readonly string[]
  /** The PostgreSQL schema that holds its tables. */
  readonly schema: string
  /** The same, for people and logs: no password. */
  readonly shown: string
}

const NAME = /^[a-z_][a-z0-9_]{0,62}$/

/**
 * Takes a URL such as `postgres://user:password@host:5432/database?schema=holdfast` apart. Several servers are separated by commas, as in
 * libpq (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-HOST-PORT); the one that can be written to is used.
 * @throws invalid
 */
export function parseAddress(url: string): Address {
  const hosts = /^(postgres(?:ql)?:\/\/(?:[^@/]*@)?)([^/?]*)(.*)$/.exec(url)
  const [, head = '', list = '', tail = ''] = hosts ?? []
  const parsed = list.split(',').map((host) => parse(`${head}${host}${tail}`))
  const [first] = parsed
  if (hosts === null || first === undefined || parsed.includes(undefined))
    throw new HoldfastError(
      'invalid',
      `Expected a store such as postgres://user@host:5432/database, got ${JSON.stringify(withoutPassword(url))}`,
      {
        path: 'store',
      },
    )
  const schema = first.searchParams.get('schema') ?? 'holdfast'
  if (!NAME.test(schema)) {
    const message = `Expected a schema of small letters, digits and _, got ${JSON.stringify(schema)}`
    throw new HoldfastError('invalid', message, { path: 'store' })
  }
  return {
    servers: parsed.flatMap((each) => (each === undefined ? [] : [withoutOurs(each)])),
    schema,
    shown: withoutPassword(url),
  }
}

function parse(url: string): URL | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  return parsed === undefined || parsed.hostname === '' ? undefined : parsed
}

function withoutOurs(url: URL): string {
  const bare = new URL(url)
  for (const name of ['schema', 'target_session_attrs']) bare.searchParams.delete(name)
  return bare.href
}
