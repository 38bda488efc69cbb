export { defaultMachineJsonLimits, type MachineJsonLimits } from './limits.ts'
export { type JsonMachineTypes, machineFromJson, toJson } from './machine-json.ts'
