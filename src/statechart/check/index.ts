export { type CheckOptions, check, checkDefinition } from './check.ts'
export type { Finding, FindingKind, Severity } from './finding.ts'
