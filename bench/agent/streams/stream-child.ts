import { open } from '../../../src/index.ts'
import { telling } from './story.ts'

// Goes on with whatever runs there are, telling of each chunk it takes, until it is killed.
const [store = ''] = process.argv.slice(2)
await open(store, { tasks: [telling(() => process.send?.('chunk'))], lease: 1000, durability: 'os' })
// What holds nothing but claims of others would end.
process.once('disconnect', () => process.exit())
