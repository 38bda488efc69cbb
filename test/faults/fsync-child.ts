import { Holdfast } from '../../src/holdfast.ts'
import { createSqliteEngine, Store } from '../../src/store/index.ts'

/** Makes so many commits, each acknowledged before the next is asked for, and says how many were. */
const [file = '', count = '0', writer = 'inline', durability = 'full'] = process.argv.slice(2)
const engine = createSqliteEngine({ file, durability: durability as 'full', writer: writer as 'inline' })
const hf = new Holdfast(new Store(engine), { worker: false })
let acknowledged = 0
for (; acknowledged < Number(count); acknowledged++) await hf.session('a').set('n', acknowledged)
console.log(acknowledged)
await hf.close()
