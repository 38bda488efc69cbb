import { HoldfastError } from '../../../src/core/index.ts'
import { open } from '../../../src/holdfast.ts'
import { requestOf } from '../../simulation/objects.ts'
import { DEED_KIND, deed } from './deed.ts'
import type { Asked, Told } from './library-node.ts'

/** A process that uses the library: does what its parent asks for, and runs effects. */
const [store = '', outside = ''] = process.argv.slice(2)
const hf = await open(store, { effects: { deed: deed(outside) } })

process.on('message', (asked: Asked) => {
  answer(asked).then(
    (output) => tell({ number: asked.number, output }),
    (error: unknown) =>
      tell({ number: asked.number, [HoldfastError.is(error, 'unavailable') ? 'unknown' : 'failed']: String(error) } as Told),
  )
})
process.on('disconnect', () => process.exit())
tell({ number: 0, output: null })

async function answer({ object, input, key }: Asked): Promise<unknown> {
  if (object === DEED_KIND) return promise(input as { id: string; ms: number })
  const done = await requestOf(object, input).run(hf, key === undefined ? {} : { key })
  return typeof done === 'object' && done !== null && 'records' in done && 'value' in done ? done.value : done
}

async function promise(payload: { id: string; ms: number }): Promise<string> {
  await hf.commit((tx) => tx.entity(DEED_KIND, payload.id).effect('deed', payload, { id: payload.id }), { key: payload.id })
  return payload.id
}

function tell(told: Told): void {
  process.send?.(told)
}
