import { stateHash } from '../../store/index.ts'
import type { Command } from '../command.ts'
import { existingSession } from '../existing.ts'

export const hash: Command = {
  name: 'hash',
  summary: 'SHA-256 over what a session with its tree, or the whole store, holds now',
  arguments: [{ name: 'ID', optional: true }],
  options: {},
  examples: ['hash', 'hash alice/42', 'hash --store file:./copy.db'],
  next: 'doctor',
  async run(call) {
    await using hf = await call.openToRead()
    const id = call.has(0) ? (await existingSession(hf, call.place(0))).id : undefined
    const tenant = id === undefined ? undefined : 'default'
    const value = await stateHash(hf.store, { tenant, root: id })
    return { data: { hash: value, algorithm: 'sha256', ...(id !== undefined && { session: id }) }, text: value }
  },
}
