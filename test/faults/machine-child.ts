import { writeSync } from 'node:fs'
import { systemClock } from '../../src/core/index.ts'
import { Holdfast } from '../../src/holdfast.ts'
import { createSqliteEngine, type Engine, Store } from '../../src/store/index.ts'
import { scenario, work } from './machine-scenario.ts'

/** How the victim is to die: around its first batch, or not at all. */
export interface MachineVictim {
  readonly store: string
  readonly ledger: string
  readonly tickets: number
  readonly dies: 'before' | 'after' | 'never'
  /** Milliseconds its clock is ahead: what its predecessor had claimed is free at once. */
  readonly ahead: number
}

/** Goes on with the scenario, and kills itself at the boundary of a step: nothing it holds in memory helps its successor. */
const { store, ledger, tickets, dies, ahead } = JSON.parse(process.argv[2] ?? '{}') as MachineVictim
const clock = { ...systemClock, now: () => Date.now() + ahead }
const engine = mortal(createSqliteEngine({ file: store, durability: 'full' }))
const machines = [scenario(ledger)]
const hf = new Holdfast(new Store(engine), { machines, clock })
await work(hf, tickets, (ticket) => writeSync(3, `${ticket}\n`))
await hf.close()

function mortal(inner: Engine): Engine {
  return {
    ...inner,
    commit: async (batch) => {
      if (dies === 'before') process.kill(process.pid, 'SIGKILL')
      const receipts = await inner.commit(batch)
      if (dies === 'after') process.kill(process.pid, 'SIGKILL')
      return receipts
    },
  }
}
