export { hasPostgresStore, openPostgresEngine, type PostgresOptions } from './engine.ts'
