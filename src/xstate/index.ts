export { fromXState, type XStateImplementations } from './xstate.ts'
