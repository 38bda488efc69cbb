import { user } from '@openai/agents-core'
import { HoldfastSession } from '../../src/adapters/openai-agents/index.ts'
import { open } from '../../src/index.ts'
import type { Writing } from './part.ts'

// Writers that share operations out among them, so that several send each one; tells how many were acknowledged.
const { url, writers, operations } = JSON.parse(process.argv[2] ?? '{}') as Writing
const hf = await open(url, { worker: false })
const session = new HoldfastSession(hf, 'hot')
let acknowledged = 0

async function write(first: number): Promise<void> {
  for (let i = first; i < operations.length; i += writers) {
    const operationId = operations[i] ?? ''
    const items = [user(`${operationId}.0`), user(`${operationId}.1`)]
    await session.applyHistoryTransaction({ operationId, transaction: { type: 'append_items', items } })
    acknowledged++
  }
}

await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
process.stdout.write(`${JSON.stringify({ acknowledged })}\n`)
await hf.close()
