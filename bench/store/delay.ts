import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runChild } from '../child.ts'
import { count, type Family } from '../family.ts'
import type { Measured } from '../figure.ts'
import { inFolder } from '../folder.ts'
import type { Delays } from './delay/main.ts'

const PROGRAM = new URL('./delay/main.ts', import.meta.url)
const SLOW_FSYNC = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
int fsync(int fd) { usleep(5000); return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd); }
int fdatasync(int fd) { usleep(5000); return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd); }
`

/** How long the event loop is held up while 64 writers commit, here and on a disk whose fsync takes 5 ms more. */
export const delay: Family<'loop_delay_p99_ms' | 'loop_delay_slow_fsync_p99_ms'> = {
  figures: ['loop_delay_p99_ms', 'loop_delay_slow_fsync_p99_ms'],
  measure: ({ quick }) =>
    inFolder(async (folder) => {
      const ms = quick ? '1000' : '8000'
      const plain = await runChild<Delays>(PROGRAM, [join(folder, 'plain.db'), ms])
      return { loop_delay_p99_ms: toMeasured(plain, ''), loop_delay_slow_fsync_p99_ms: await slow(folder, ms) }
    }),
}

async function slow(folder: string, ms: string): Promise<Measured> {
  const library = join(folder, 'slow-fsync.so')
  writeFileSync(join(folder, 'slow-fsync.c'), SLOW_FSYNC)
  const built = spawnSync(
    process.env.CC ?? 'cc',
    ['-shared', '-fPIC', '-O2', '-o', library, join(folder, 'slow-fsync.c'), '-ldl'],
    {
      encoding: 'utf8',
    },
  )
  if (built.status !== 0)
    return { value: null, note: `no library that slows fsync: ${built.error?.message ?? built.stderr.trim()}` }
  const delays = await runChild<Delays>(PROGRAM, [join(folder, 'slow.db'), ms], { LD_PRELOAD: library })
  return toMeasured(delays, ', every fsync and fdatasync 5 ms slower')
}

function toMeasured({ p50, p99, max, commits, seconds }: Delays, how: string): Measured {
  const rate = count(commits / seconds)
  const shape = `p50 ${p50.toFixed(1)}, max ${max.toFixed(1)}`
  return { value: p99, note: `${shape}; a timer of 1 ms included; 64 writers of session.set, FULL${how}: ${rate} commits/s` }
}
