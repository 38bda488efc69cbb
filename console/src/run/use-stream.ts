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

/** Follows a stream of a run from chunk number `after` on. */
export function useStream(run: string, name: string, after: number): Heard {
  const [now, setNow] = useState(nothing)
  useEffect(() => {
    let waiting: Json[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    const flush = () => {
      timer = undefined
      const come = waiting
      waiting = []
      setNow((before) => ({ ...before, parts: heard(before.parts, come), chunks: before.chunks + come.length }))
    }
    setNow(nothing)
    const stop = readChunks(run, name, after, {
      chunk: (chunk) => {
        waiting.push(chunk)
        timer ??= setTimeout(flush, TOGETHER)
      },
      state: (state) => setNow((before) => ({ ...before, state })),
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [run, name, after])
  return now
}
