import { join } from 'node:path'
import type { Family } from '../../family.ts'
import { inFolder } from '../../folder.ts'
import { absent, missingPeers } from '../peers.ts'
import { compare, MANY } from './compare.ts'
import { Racer } from './racer.ts'

const figures = ['steps_vs_restate', 'steps1_vs_restate'] as const

/** Runs on SQLite, every commit on the disk, beside one node of Restate, whose log is on the disk, too. */
export const besideRestate: Family<(typeof figures)[number]> = {
  figures,
  async measure(options) {
    const missing = missingPeers()
    if (missing !== undefined) return absent(figures, missing)
    return inFolder(async (folder) => {
      const ours = await Racer.start(new URL('holdfast-child.ts', import.meta.url), [`file:${join(folder, 'agent.db')}`])
      const peer = await Racer.start(new URL('restate-child.ts', import.meta.url), [join(folder, 'restate')])
      const pair = { ours, peer, name: 'Restate' }
      try {
        const alone = await compare(pair, 1, options)
        return { steps_vs_restate: await compare(pair, MANY, options), steps1_vs_restate: alone }
      } finally {
        await Promise.all([ours.stop(), peer.stop()])
      }
    })
  },
}
