export { openPostgresEngine, type PostgresOptions } from './engine.ts'
