import { HoldfastSession } from '../../src/adapters/openai-agents/index.ts'
import { open } from '../../src/index.ts'
import { Actor } from './actor.ts'
import type { Writing } from './part.ts'
import type { Site } from './site.ts'

/** Every operation is sent by two processes, most of them at about the same time. */
export async function writtenByMany({ fresh, quick }: Site): Promise<string | undefined> {
  const [processes, writers, operations] = quick ? [2, 4, 50] : [4, 8, 300]
  const url = fresh()
  await (await open(url, { worker: false })).close()
  const shares = Array.from({ length: processes }, (_, i) => Array.from({ length: operations }, (__, n) => `op-${i >> 1}-${n}`))
  const actors = shares.map((share) => new Actor('writer', { url, writers, operations: share } satisfies Writing))
  for (const actor of actors) {
    const { acknowledged } = await actor.tells<{ acknowledged: number }>()
    if (acknowledged !== operations) return `${acknowledged} of ${operations} operations were acknowledged`
    await actor.ended()
  }
  await using hf = await open(url, { worker: false })
  const texts = (await new HoldfastSession(hf, 'hot').getItems()).map((item) => /op-\d+-\d+\.\d/.exec(JSON.stringify(item))?.[0])
  const expected = new Set(shares.flat().flatMap((id) => [`${id}.0`, `${id}.1`]))
  if (texts.length !== expected.size) return `${texts.length} items are there, ${expected.size} were written`
  if (!texts.every((text) => text !== undefined && expected.delete(text))) return 'an item is there twice, or was never written'
  const torn = texts.filter((text, i) => i % 2 === 0 && texts[i + 1] !== text?.replace(/0$/, '1'))
  return torn.length === 0 ? undefined : `the items of ${torn.join(', ')} lie apart`
}
