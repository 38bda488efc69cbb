export type { Durability } from './connection.ts'
export { createSqliteEngine, type SqliteOptions } from './engine.ts'
