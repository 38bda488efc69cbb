export type { Chances, Occurrence, Outcome, Plot } from './script.ts'
export { type SimulateOptions, type Simulation, simulate } from './simulate.ts'
export type { SimulatedStep } from './stage.ts'
