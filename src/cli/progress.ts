import type { Io } from './io.ts'
import { shorten } from './text.ts'

/** A line on stderr that says how far long work is; nothing without a terminal. */
export interface Progress {
  update(text: string): void
  /** Takes the line away. */
  end(): void
}

/** Updates nearer than this are left out. */
const EVERY_MS = 80

export function startProgress({ stderr }: Io): Progress {
  if (!stderr.isTTY) return { update() {}, end() {} }
  let last = 0
  return {
    update(text) {
      const now = Date.now()
      if (now - last < EVERY_MS) return
      last = now
      stderr.write(`\r\u001b[2K${shorten(text, stderr.columns - 1)}`)
    },
    end: () => stderr.write('\r\u001b[2K'),
  }
}
