import { join } from 'node:path'
import { runChild } from '../../child.ts'
import { count, type Family } from '../../family.ts'
import { inFolder } from '../../folder.ts'
import { interleave } from '../../interleave.ts'
import { median } from '../../percentile.ts'
import type { Waiting } from './waiting-child.ts'

/** What a process holds more for a thousand runs that wait. */
export const waiting: Family<'waiting_1000_mib'> = {
  figures: ['waiting_1000_mib'],
  async measure({ quick }) {
    const [rounds, runs] = quick ? [1, 200] : [3, 1000]
    const { measured } = await interleave(rounds, {
      measured: () =>
        inFolder(async (folder) => {
          const child = new URL('waiting-child.ts', import.meta.url)
          return (await runChild<Waiting>(child, [join(folder, 'agent.db'), String(runs)], {}, ['--expose-gc'])).mib
        }),
    })
    const each = `${((1024 * median(measured)) / runs).toFixed(1)} KiB each`
    const note = `resident memory more for ${count(runs)} runs, half for an approval, half for a time, each with somebody who waits for its result; ${each}; after collecting all garbage; ${rounds} processes in which as many wait already`
    return { waiting_1000_mib: { value: median(measured), note } }
  },
}
