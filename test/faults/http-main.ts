import { parseArgs } from 'node:util'
import { sendHostile } from './hostile.ts'

/** `npm run faults:http -- --seed N --requests N --json`: requests nobody should send, made of the server's own document. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    requests: { type: 'string', default: '20000' },
    json: { type: 'boolean', default: false },
  },
})
const { faults, statuses, requests } = await sendHostile(Number(values.seed), Number(values.requests))
for (const fault of faults.slice(0, 20)) process.stderr.write(`${fault}\n`)
const figures = [{ name: 'hostile_requests_5xx', value: faults.length, unit: 'answers', bound: '0', ok: faults.length === 0 }]
if (values.json) console.log(JSON.stringify({ seed: Number(values.seed), requests, statuses, figures }, null, 2))
else
  for (const { name, value, bound, ok } of figures)
    console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} ${value} of ${requests} (${bound})`)
process.exitCode = faults.length === 0 ? 0 : 1
