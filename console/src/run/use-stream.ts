import { useEffect, useState } from 'react'
import type { Json } from '../api/json.ts'
import { readChunks, type StreamState } from './chunk-source.ts'
import { heard, type Part } from './message.ts'

interface Heard {
  readonly parts: readonly Part[]
  readonly chunks: number
  readonly state: StreamState
}

const nothing: Heard = { parts: [], chunks: 0, state: 'connecting' }
/** Chunks come faster than eyes follow: they are shown together. */
const TOGETHER = 50

/**
 * Follows a stream of a run from chunk number `after` on. When it has ended and yet more chunks are `known` to be there, because the run
 * was tried again, it is read anew.
 */
export function useStream(run: string, name: string, after: number, known: number): Heard {
  const [now, setNow] = useState(nothing)
  const [asked, setAsked] = useState(known)
  const isBehind = now.state === 'ended' && known > after + now.chunks
  useEffect(() => {
    if (isBehind) setAsked(known)
  }, [isBehind, known])
  // biome-ignore lint/correctness/useExhaustiveDependencies: when there is more than was asked for, the same is read again
  useEffect(() => {
    let waiting: Json[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    const flush = () => {
      clearTimeout(timer)
      timer = undefined
      const come = waiting
      waiting = []
      setNow((before) => ({ ...before, parts: heard(before.parts, come), chunks: before.chunks + come.length }))
    }
    const anew = () => {
      waiting = []
      setNow(({ state }) => ({ ...nothing, state }))
    }
    setNow(nothing)
    const stop = readChunks(run, name, after, {
      chunk: (chunk) => {
        waiting.push(chunk)
        timer ??= setTimeout(flush, TOGETHER)
      },
      anew,
      state: (state) => {
        // A stream has not ended for a reader before its last chunk is there.
        flush()
        setNow((before) => ({ ...before, state }))
      },
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [run, name, after, asked])
  return now
}
