import { open } from '../../src/index.ts'
import { perSecondTogether } from '../interleave.ts'
import { entry } from '../payload.ts'
import { Entry } from '../store/sessions.ts'

// One node whose writers all write one session, from a moment on that all nodes share: prints how many writes were acknowledged a second.
const [url = '', writers = '1', start = '0', ms = '1000'] = process.argv.slice(2)
const hf = await open(url, { worker: false })
const session = hf.session(Entry, 'hot')
await session.get('entry')
await new Promise((resolve) => setTimeout(resolve, Number(start) - Date.now()))
let n = 0
const rate = await perSecondTogether(Number(writers), Number(ms), 1_000_000, () => session.set('entry', entry(n++)))
await hf.close()
console.log(JSON.stringify(rate))
