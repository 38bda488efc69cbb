/** A stream of text to the outside. */
export interface Output {
  write(text: string): void
  /** Resolves when what was written has been taken. */
  drained(): Promise<void>
  readonly isTTY: boolean
  readonly columns: number
}

/** Everything a command may touch besides stores and files. */
export interface Io {
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** Aborted when the user wants an end. */
  readonly signal: AbortSignal
}

/** One wish to end may come as several signals: a supervisor signals a child and then its group, a parent passes its own on. */
const SAME_WISH_MS = 500

/** The streams and the environment of this process; Ctrl-C once asks for an end, once more, later, forces it. */
export function processIo(): Io {
  const end = new AbortController()
  const stop = () => end.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interruption(stop))
  return {
    stdout: processOutput(process.stdout, stop),
    stderr: processOutput(process.stderr, stop),
    env: process.env,
    signal: end.signal,
  }
}

function interruption(stop: () => void): NodeJS.SignalsListener {
  let since: number | undefined
  return function interrupted(signal) {
    since ??= performance.now()
    stop()
    if (performance.now() - since < SAME_WISH_MS) return
    process.off(signal, interrupted)
    process.kill(process.pid, signal)
  }
}

function processOutput(stream: NodeJS.WriteStream, stop: () => void): Output {
  let full: Promise<void> | undefined
  let broken = false
  // Whoever reads may stop reading, as `head` does: nobody wants the rest then.
  stream.on('error', () => {
    broken = true
    stop()
  })
  return {
    write(text) {
      if (broken || stream.write(text)) return
      full = new Promise((resolve) => {
        const go = () => {
          stream.off('drain', go).off('error', go)
          resolve()
        }
        stream.on('drain', go).on('error', go)
      })
    },
    drained: () => full ?? Promise.resolve(),
    isTTY: stream.isTTY === true,
    // Some terminals say 0.
    columns: stream.columns || 100,
  }
}
