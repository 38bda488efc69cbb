export { toJson } from './json.ts'
export { toMermaid } from './mermaid.ts'
export { type ScxmlNames, toScxml } from './scxml.ts'
