import { appendFileSync } from 'node:fs'
import { HoldfastError, open } from '../../src/index.ts'

/** Writes into a store until it is told that the store has moved. Each acknowledgement goes out before anything else happens. */
const [url = '', name = '', log = ''] = process.argv.slice(2)
const hf = await open(url, { worker: false, durability: 'os' })
for (let n = 1; ; n++) {
  try {
    await hf.session(`writer/${name}`).set('n', n)
    appendFileSync(log, `${n}\n`)
  } catch (error) {
    if (HoldfastError.is(error, 'unavailable') && error.details.reason === 'busy') continue
    appendFileSync(log, `refused ${(error as Error).message}\n`)
    break
  }
}
await hf.close()
