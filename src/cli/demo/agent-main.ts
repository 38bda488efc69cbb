// The process of the agent, which `holdfast demo` starts and kills: a worker on the store.
import { writeSync } from 'node:fs'
import { open } from '../../index.ts'
import { agentFor } from './model.ts'
import { paymentsAt } from './payments.ts'
import { refundTask } from './task.ts'

const store = process.env.HOLDFAST_STORE ?? ''
const [payments = '', model] = process.argv.slice(2)
/** What a process that dies has held goes to the next one after so long. */
const LEASE_MS = 1000

const agent = await agentFor(model, process.env)
// Written at once: a process that is killed flushes nothing.
const began = (key: string): void => void writeSync(1, `${key}\n`)
const hf = await open(store, { tasks: [refundTask({ agent, payments: paymentsAt(payments), began })], lease: LEASE_MS })

// Whoever started it holds its standard input: when that ends, there is nobody left to work for.
process.stdin.resume().once('end', () => void hf.close({ drainMs: 0 }).finally(() => process.exit()))
