import { closeSync, openSync, readSync } from 'node:fs'

/** Bytes of a frame of the write-ahead log: a page and its header. */
export const FRAME_BYTES = 4096 + 24

/** Where the index of the write-ahead log says how many frames are in it (https://www.sqlite.org/walformat.html#the_wal_index_header). */
const FRAMES_AT = 16

/** Frames in the write-ahead log of a database file; starts over when the log does. */
export function logFrames(file: string): number {
  const descriptor = openSync(`${file}-shm`, 'r')
  try {
    const frames = new Uint32Array(1)
    readSync(descriptor, frames, 0, 4, FRAMES_AT)
    return frames[0] ?? 0
  } finally {
    closeSync(descriptor)
  }
}
