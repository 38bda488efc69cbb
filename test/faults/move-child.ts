import { moveStore } from '../../src/move-store.ts'

/** Moves a store, and says so line by line; killed in the middle by those who want to see what is left. */
const [from = '', to = ''] = process.argv.slice(2)
process.stdout.write('begun\n')
const report = await moveStore(from, to, { durability: 'os' })
process.stdout.write(`${JSON.stringify(report)}\n`)
