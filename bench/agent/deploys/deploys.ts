import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RunInspection } from '../../../src/index.ts'
import type { Family } from '../../family.ts'
import { inFolder } from '../../folder.ts'
import { deploys } from './deploy.ts'

type Ended = Pick<RunInspection, 'id' | 'task' | 'status'>

/** How runs fare whose code is changed under them: all must say so that it does not fit, and go on when it does. */
export const deployment: Family<'deploy_mismatch_visible'> = {
  figures: ['deploy_mismatch_visible'],
  measure: ({ quick }) =>
    inFolder(async (folder) => {
      const each = quick ? 1 : 5
      const store = `file:${join(folder, 'agent.db')}`
      await live(store, 'old', each)
      const runs = (await live(store, 'new', each)) as readonly Ended[]
      const wrong = runs.filter(({ task, status }) => status !== due(task))
      const changed = deploys.filter(({ fits }) => !fits).length
      const found = wrong.map(({ id, status }) => `${id} ${status}`).join(', ') || 'none'
      const note = `of ${runs.length} runs, half killed at work and half waiting; ${changed} kinds of change that do not fit, ${deploys.length - changed} that do; otherwise than due: ${found}`
      const expected = 2 * each * deploys.length
      return { deploy_mismatch_visible: { value: (100 * (runs.length - wrong.length)) / expected, note } }
    }),
}

function due(task: string): Ended['status'] {
  return deploys.find(({ name }) => name === task)?.fits ? 'done' : 'needs_migration'
}

/** Runs a process of one age until it has said what it has to, and kills it. */
async function live(store: string, age: 'old' | 'new', each: number): Promise<unknown> {
  const child = fork(fileURLToPath(new URL('deploy-child.ts', import.meta.url)), [store, age, String(each)])
  const gone = once(child, 'exit')
  const failed = gone.then(([code]: unknown[]) => {
    throw new Error(`the process with the ${age} code ended with ${code}`)
  })
  failed.catch(() => {})
  const [answer] = (await Promise.race([once(child, 'message'), failed])) as unknown[]
  child.kill('SIGKILL')
  await gone
  return answer
}
