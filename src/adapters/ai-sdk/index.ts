export { type DurableOptions, durable, type ModelAndTools } from './durable.ts'
export type { Recorder } from './recorder.ts'
export { toUIMessages } from './to-ui-messages.ts'
export { toTurns, type UIMessagePage, UIMessages } from './ui-messages.ts'
