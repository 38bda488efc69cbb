import { query, request } from './request.ts'

export interface MachineSummary {
  readonly id: string
  readonly version: string
  readonly tag: string
  readonly states: number
  readonly transitions: number
  readonly events: readonly string[]
}

export type StateKind = 'atomic' | 'compound' | 'parallel' | 'final' | 'shallow' | 'deep' | 'initial'

export interface MachineState {
  readonly id: string
  readonly kind: StateKind
  readonly label: string
  readonly tags: readonly string[]
  readonly entry: readonly string[]
  readonly exit: readonly string[]
  readonly invokes: readonly { readonly id?: string; readonly src: string }[]
  readonly description?: string
  readonly instructions?: string
  readonly tools?: readonly string[]
  readonly children: readonly MachineState[]
}

export interface MachineArrow {
  readonly id: string
  readonly source: string
  readonly targets: readonly string[]
  readonly trigger: string
  readonly guard?: string
  readonly actions: readonly string[]
  readonly description?: string
  readonly self: boolean
  readonly internal: boolean
}

export interface Machine extends MachineSummary {
  readonly root: MachineState
  readonly arrows: readonly MachineArrow[]
}

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

export interface DrawnState extends Rectangle {
  readonly id: string
  readonly label: string
  readonly label_width: number
  readonly rows: readonly { readonly word: 'entry' | 'exit' | 'invoke' | 'on'; readonly text: string }[]
}

export interface DrawnLabel extends Rectangle {
  readonly trigger: string
  readonly guard?: string
  readonly actions?: string
}

export interface DrawnTransition {
  readonly id: string
  readonly routes: readonly (readonly Point[])[]
  readonly label?: DrawnLabel
}

/** A machine laid out by the server: outer states before what lies in them. */
export interface Drawing {
  readonly width: number
  readonly height: number
  readonly states: readonly DrawnState[]
  readonly transitions: readonly DrawnTransition[]
}

const machinePath = (id: string) => `/v1/machines/${encodeURIComponent(id)}`

export const listMachines = (signal?: AbortSignal) =>
  request<{ readonly machines: readonly MachineSummary[] }>('/v1/machines', signal ? { signal } : {})

export const getMachine = (id: string, version: string | null, signal?: AbortSignal) =>
  request<Machine>(machinePath(id) + query({ version }), signal ? { signal } : {})

export const drawMachine = (id: string, version: string | null, signal?: AbortSignal) =>
  request<Drawing>(`${machinePath(id)}/diagram${query({ version })}`, signal ? { signal } : {})

/** One thing that is wrong with a machine. */
export interface Finding {
  readonly kind: string
  readonly severity: 'error' | 'warning' | 'info'
  readonly certainty: 'certain' | 'possible'
  /** Where in the definition. */
  readonly path: string
  readonly message: string
  /** Types of events that lead there. */
  readonly trace: readonly string[]
}

/** What histories of instances have visited, by ids of the diagram. */
export interface Coverage {
  readonly instances: number
  readonly revisions: number
  readonly complete: boolean
  readonly states: readonly { readonly id: string; readonly entered: number; readonly now: number }[]
  readonly transitions: readonly { readonly id: string; readonly taken: number }[]
}

export const findingsOf = (id: string, version: string | null, signal?: AbortSignal) =>
  request<{ readonly findings: readonly Finding[]; readonly complete: boolean }>(
    `${machinePath(id)}/findings${query({ version })}`,
    signal ? { signal } : {},
  )

export const coverageOf = (id: string, version: string | null, signal?: AbortSignal) =>
  request<Coverage>(`${machinePath(id)}/coverage${query({ version })}`, signal ? { signal } : {})

/** Where a machine can be fetched in a format. */
export const exportPath = (id: string, version: string, format: 'json' | 'scxml' | 'mermaid') =>
  `${machinePath(id)}/export${query({ format, version })}`
