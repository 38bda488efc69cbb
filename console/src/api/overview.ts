import { request } from './request.ts'

export interface Attention {
  readonly what: 'failed' | 'stuck' | 'waiting' | 'invalid'
  readonly session?: string
  readonly effect?: string
  /** A run that failed, or has asked a person. */
  readonly run?: string
  /** What it has asked. */
  readonly approval?: string
  readonly since: string | number
  readonly message: string
}

export interface Sample {
  readonly at: string | number
  readonly commits: number
  readonly p99: number | null
}

export interface Load {
  readonly commits_per_second: number
  readonly commit_p50_ms: number | null
  readonly commit_p99_ms: number | null
  readonly queue_depth: number
  readonly cache_bytes: number
  readonly cache_hits: number
  readonly cache_misses: number
  readonly outbox: { readonly due: number; readonly running: number; readonly dead: number }
  readonly feed_subscribers: number
  readonly loop_delay_p99_ms: number | null
  readonly rss_bytes: number
  readonly history: readonly Sample[]
}

export interface Overview {
  readonly attention: readonly Attention[]
  readonly load: Load
  /** Absent from an older server. */
  readonly nodes?: { readonly up: number; readonly draining: number; readonly dead: number }
  readonly sessions: { readonly estimate: number }
  readonly store: {
    readonly name: string
    readonly file?: string
    readonly bytes: number | null
    readonly version: string | number
  }
}

export const getOverview = (signal?: AbortSignal) => request<Overview>('/v1/overview', signal ? { signal } : {})
