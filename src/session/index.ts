export { endBelongings } from './belongings.ts'
export type { ContextCandidate, ContextOptions, ContextVariable, SessionContext } from './context.ts'
export { ContextMemory } from './context-memory.ts'
export {
  anySession,
  defineSession,
  type Scoped,
  type SessionDefinition,
  type SessionOptions,
  type StateOf,
  type StateSchema,
  type Variables,
} from './define.ts'
export { type Difference, differences } from './difference.ts'
export type { ForkPoint } from './fork.ts'
export type { Happened, HappenedEffect } from './happened.ts'
export { Masking, type MaskingServices, maskingBy, maskingOf, openly } from './masking.ts'
export { decodeMeta, META_KEY, type SessionMeta, type SessionStatus } from './meta.ts'
export { readPathAt, stateOf } from './past.ts'
export { pathsOf } from './paths.ts'
export { isSecret, MASK, mask, maskDifferences, maskTexts, textsIn } from './secret.ts'
export { type SecretSource, SecretTexts } from './secret-texts.ts'
export {
  type ForkOptions,
  type Inspection,
  Session,
  type SessionRevision,
  type SessionServices,
  type Snapshot,
  type WriteOptions,
} from './session.ts'
export { SESSION_KIND, type SessionTarget, SessionTx } from './session-tx.ts'
export { type SessionPage, type SessionQuery, type SessionSummary, Sessions } from './sessions.ts'
export { type TempChange, TempVariables } from './temp.ts'
export type { TermValue } from './term.ts'
export { checkOpen } from './writable.ts'
