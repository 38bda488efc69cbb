import { request } from './request.ts'

export interface NodeLoad {
  readonly running?: number
  readonly pending?: number
  readonly behind?: number
  readonly requests_per_second?: number
  readonly loop_delay_p99_ms?: number
  readonly clock_skew_ms?: number
  readonly rss_bytes?: number
}

export interface NodeSummary {
  readonly id: string
  readonly name: string
  readonly pid: number
  readonly version: string
  readonly address: string | null
  readonly started: number
  readonly state: 'up' | 'draining' | 'dead'
  /** It has answered. */
  readonly self: boolean
  readonly lease_ms: number
  readonly silent_ms: number
  readonly load: NodeLoad
}

export interface Claims {
  readonly owner: string
  readonly queue: string
  readonly count: number
  readonly lapsed: number
  readonly oldest: number
  readonly until: number
}

export interface Queue {
  readonly queue: string
  readonly due: number
  readonly dead: number
  readonly lag_ms: number
}

export interface NodeReport {
  readonly registered: boolean
  readonly nodes: readonly NodeSummary[]
  readonly claims: readonly Claims[]
  readonly queues: readonly Queue[]
}

export const getNodes = (signal?: AbortSignal) => request<NodeReport>('/v1/nodes', signal ? { signal } : {})
