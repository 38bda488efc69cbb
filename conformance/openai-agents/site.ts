import { join } from 'node:path'
import { inFolder } from '../../bench/folder.ts'
import { PostgresServer } from '../../src/store/postgres/server.testing.ts'

/** Where scenarios take place. */
export interface Site {
  readonly database: 'sqlite' | 'postgres'
  readonly folder: string
  /** Fewer rounds: shows that everything runs. */
  readonly quick: boolean
  /** Where a store is that nobody has used. */
  fresh(): string
}

/** Files, and a PostgreSQL server that waits for its disk: one after the other, gone when the next is asked for. */
export async function* onEachDatabase(quick: boolean): AsyncGenerator<Site> {
  await using folder = await temporaryFolder()
  let stores = 0
  yield { database: 'sqlite', folder: folder.path, quick, fresh: () => `file:${join(folder.path, `store-${++stores}.db`)}` }
  const server = await PostgresServer.start({ durable: true })
  try {
    yield { database: 'postgres', folder: folder.path, quick, fresh: () => `${server.url()}?schema=s${++stores}` }
  } finally {
    await server.stop()
  }
}

/** A folder of `inFolder` for as long as its holder wants it. */
async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const made = Promise.withResolvers<string>()
  const over = Promise.withResolvers<void>()
  const removed = inFolder(async (path) => {
    made.resolve(path)
    await over.promise
  })
  return {
    path: await made.promise,
    async [Symbol.asyncDispose]() {
      over.resolve()
      await removed
    },
  }
}
