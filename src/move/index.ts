/** Moving a store, with everything it holds, from one engine to another. */
export { abandonEngine, type EngineMoveOptions, type MoveReport, moveEngine } from './move.ts'
export type { Proven } from './proof.ts'
export { Unproved } from './unproved.ts'
