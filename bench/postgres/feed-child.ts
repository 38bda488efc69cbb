import { type Holdfast, open } from '../../src/index.ts'
import { inTurns } from '../store/sessions.ts'

// One node that writes its share to sessions which all nodes write to, and watches what all of them write. It prints how many records it
// has missed or seen twice: revisions of each session are dense, so the next one is known.
const [url = '', node = '0', share = '0', total = '0', cursor = ''] = process.argv.slice(2)
const SESSIONS = 64
const WRITERS = 16
/** After its own last write: what has not come by then is missed. */
const PATIENCE_MS = 120_000

const hf = await open(url, { worker: false })
const end = new AbortController()
const watching = watch(hf)
await inTurns(Number(share), WRITERS, (n) =>
  hf.session(`s${(n * 7 + Number(node)) % SESSIONS}`).update((state) => {
    state.n = Number(state.n ?? 0) + 1
  }),
)
const timer = setTimeout(() => end.abort(), PATIENCE_MS)
const found = await watching
clearTimeout(timer)
await hf.close()
console.log(JSON.stringify(found))

async function watch(store: Holdfast): Promise<{ seen: number; wrong: number }> {
  const last = new Map<string, number>()
  let [seen, wrong] = [0, 0]
  for await (const { entity, revision } of store.watch({ after: cursor, signal: end.signal })) {
    if (revision !== (last.get(entity.id) ?? 0) + 1) wrong++
    last.set(entity.id, revision)
    if (++seen === Number(total)) break
  }
  return { seen, wrong: wrong + Number(total) - seen }
}
