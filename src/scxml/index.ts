export type { ScxmlOptions, ScxmlReader, ScxmlTypes } from './reader.ts'
export { loadScxml } from './scxml.ts'
export type { ChildInput, Data, ScxmlEvent, SessionContext, SessionInput } from './session.ts'
