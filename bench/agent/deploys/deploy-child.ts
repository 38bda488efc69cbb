import { setTimeout } from 'node:timers/promises'
import { type Holdfast, open, type RunInspection } from '../../../src/index.ts'
import { deploys, type Told, taskOf } from './deploy.ts'

// One process of a deployment. The old one starts runs, says that they have come as far as they should, and waits to be killed; the new one
// decides what is asked, and says what has become of them.
const [store = '', age = 'old', each = '5'] = process.argv.slice(2)
const tasks = deploys.map((deploy) => taskOf(deploy, age === 'old' ? 'old' : 'new'))
const hf = await open(store, { tasks, lease: 1000, durability: 'os' })
if (age === 'old') await oldCode()
else process.send?.(await newCode())

async function oldCode(): Promise<void> {
  for (const task of tasks) {
    for (let i = 0; i < 2 * Number(each); i++) {
      const told: Told = { until: i % 2 === 0 ? 'asked' : 'killed' }
      await hf.session(`${task.name}/${i}`).start(task, told, { key: told.until })
    }
  }
  const all = 2 * Number(each) * tasks.length
  await until(async () => (await hf.approvals.list()).length === all)
  await decide('killed')
  await until(async () => (await hf.runs.list({ status: 'running', limit: 1000 })).length === all / 2)
  // Their last step is at work, or is about to be.
  await setTimeout(300)
  process.send?.('ready')
}

async function newCode(): Promise<readonly Pick<RunInspection, 'id' | 'task' | 'status'>[]> {
  await decide('asked')
  // Whoever is over its lease is claimed, and steps that have changed are given a second.
  await until(async () => (await hf.runs.list({ status: 'running', limit: 1 })).length === 0)
  const runs = await hf.runs.list({ limit: 1000 })
  return runs.map(({ id, task, status }) => ({ id, task, status }))
}

async function decide(key: Told['until']): Promise<void> {
  const open = await hf.approvals.list()
  for (const { id } of open.filter(({ run }) => run.endsWith(`.${key}`))) await hf.approvals.decide(id, { approved: true })
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let looks = 0; !(await holds()); looks++) {
    if (looks > 1200) throw new Error(`The ${age} code does not come to an end: ${await statuses(hf)}`)
    await setTimeout(50)
  }
}

async function statuses(store: Holdfast): Promise<string> {
  return (await store.runs.list({ limit: 1000 })).map(({ id, status }) => `${id} ${status}`).join(', ')
}
