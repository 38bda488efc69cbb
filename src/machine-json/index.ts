export { toJson } from '../statechart/index.ts'
export type { MachineCode } from './code.ts'
export { defaultMachineJsonLimits, type MachineJsonLimits } from './limits.ts'
export { type JsonMachineTypes, type MachineJsonOptions, machineFromJson } from './machine-json.ts'
