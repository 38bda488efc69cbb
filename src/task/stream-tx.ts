import { HoldfastError } from '../core/index.ts'
import type { EntityTx } from '../runtime/index.ts'
import { NO_STREAM, pageKey, type StreamState, streamKey } from './record.ts'

/** Chunks of a stream that are stored together. */
export interface Page {
  readonly chunks: readonly unknown[]
  readonly bytes: number
  readonly isEnd: boolean
}

const MAX_STREAM_BYTES = 64 * 1024 * 1024

/** A stream of a run inside a decision. */
export class StreamTx {
  readonly #entity: EntityTx
  readonly #name: string

  constructor(entity: EntityTx, name: string) {
    this.#entity = entity
    this.#name = name
  }

  /** How far it has come. */
  get state(): StreamState {
    return (this.#entity.get(streamKey(this.#name)) as StreamState | undefined) ?? NO_STREAM
  }

  /** Adds a page of chunks. @throws too_large */
  append({ chunks, bytes, isEnd }: Page): void {
    const before = this.state
    const state = { ...before, chunks: before.chunks + chunks.length, bytes: before.bytes + bytes, ended: isEnd }
    if (state.bytes > MAX_STREAM_BYTES) {
      const run = this.#entity.ref.id
      const message = `Stream ${this.#name} of run ${run} takes more than ${MAX_STREAM_BYTES} bytes; end it and go on under another name`
      throw new HoldfastError('too_large', message, {
        path: this.#name,
        limit: MAX_STREAM_BYTES,
        actual: state.bytes,
        unit: 'bytes',
      })
    }
    if (chunks.length > 0) this.#entity.set(pageKey(this.#name, before.chunks), chunks)
    this.#set(state)
  }

  /** Forgets the chunks from number `from` on: something else is said in their place. */
  cut(from: number): void {
    const prefix = pageKey(this.#name)
    for (const [key, value] of [...this.#entity.scan(prefix)]) {
      const first = Number(key.slice(prefix.length))
      const kept = (value as readonly unknown[]).slice(0, Math.max(0, from - first))
      if (kept.length === 0) this.#entity.delete(key)
      else this.#entity.set(key, kept)
    }
    const { chunks: _, ended: __, cuts = [], ...rest } = this.state
    this.#set({ ...rest, chunks: from, ended: false, cuts: [...cuts, from] })
  }

  #set(state: StreamState): void {
    this.#entity.set(streamKey(this.#name), state)
    this.#entity.event('stream', { stream: this.#name, chunks: state.chunks, ended: state.ended })
  }
}
