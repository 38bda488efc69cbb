export { type DurableOptions, durable, type ModelAndTools } from './durable.ts'
export type { Recorder } from './recorder.ts'
