import { setTimeout } from 'node:timers/promises'
import { PostgresServer } from '../../../src/store/postgres/server.testing.ts'
import { freezeTree, thaw } from './frozen.ts'
import type { DATABASE_MISHAPS } from './mishaps.ts'

/** What is acknowledged must survive the server's processes, if not the machine: the kernel keeps what they have written. */
export const SETTINGS = { synchronous_commit: 'on', full_page_writes: 'on', max_connections: 60 } as const

/** A database server that things may happen to. */
export class Database {
  readonly server: PostgresServer

  private constructor(server: PostgresServer) {
    this.server = server
  }

  static async start(): Promise<Database> {
    return new Database(await PostgresServer.start({ settings: SETTINGS }))
  }

  async harm(kind: (typeof DATABASE_MISHAPS)[number], ms: number): Promise<void> {
    if (kind === 'database_freeze') {
      const frozen = freezeTree(this.server.pid)
      await setTimeout(ms)
      thaw(frozen)
      return
    }
    await this.server.kill(kind === 'database_kill' ? 'SIGKILL' : 'SIGQUIT')
    await setTimeout(ms / 2)
    await startAgain(this.server)
  }
}

/** A server whose main process was killed cannot be started while the others are still ending. */
async function startAgain(server: PostgresServer): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await server.restart()
    } catch (error) {
      if (tries >= 50) throw error
      await setTimeout(100)
    }
  }
}
