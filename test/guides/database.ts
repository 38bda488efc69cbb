import { afterAll, beforeAll } from 'vitest'
import { PostgresServer } from '../../src/store/postgres/server.testing.ts'
import { blocksOf } from './page.ts'

/** The database that the guides speak of. */
export const DATABASE = 'postgres://agents@127.0.0.1:5432/agents'

/** A database for the page of a guide that speaks of one, at a port of its own; where it is, once the tests run. */
export function databaseFor(page: string): () => string {
  let server: PostgresServer | undefined
  if ([...blocksOf(page, 'sh'), ...blocksOf(page, 'ts')].some((block) => block.includes(DATABASE))) {
    beforeAll(async () => {
      server = await PostgresServer.start()
      await server.query('create role agents login')
      await server.query('create database agents owner agents')
    }, 60_000)
    afterAll(() => server?.stop())
  }
  return () => server?.url('agents', 'agents') ?? DATABASE
}
