import { defineTask, type RunContext } from '../../../src/index.ts'

/** What may happen to a task's code between two deployments while runs of it are under way. */
export interface Deploy {
  /** What has been changed; also the name of the task. */
  readonly name: string
  /** True when the new code asks for what is recorded before it asks for anything else. */
  readonly fits: boolean
  readonly before: Code
  readonly after: Code
}

/** What the code of a task does: things of a name, `approval` among them. */
interface Doing {
  readonly ctx: RunContext
  /** A step, or an approval. */
  next(name: string): Promise<unknown>
}

type Code = (doing: Doing) => Promise<unknown>

const inOrder =
  (...names: readonly string[]): Code =>
  async ({ next }) => {
    for (const name of names) await next(name)
    return names.join(', ')
  }

const first: Code = inOrder('plan', 'reserve', 'note', 'approval', 'pay')

const changed = (name: string, after: Code): Deploy => ({ name, fits: false, before: first, after })
const fitting = (name: string, after: Code): Deploy => ({ name, fits: true, before: first, after })

export const deploys: readonly Deploy[] = [
  fitting('nothing', first),
  fitting('appended', inOrder('plan', 'reserve', 'note', 'approval', 'check', 'pay')),
  // What each has come to is taken from the record, by name: nothing is done in another order.
  fitting('recorded-swapped', inOrder('reserve', 'plan', 'note', 'approval', 'pay')),
  changed('renamed', inOrder('plan', 'reserve 2', 'note', 'approval', 'pay')),
  changed('removed', inOrder('plan', 'note', 'approval', 'pay')),
  changed('inserted-first', inOrder('check', 'plan', 'reserve', 'note', 'approval', 'pay')),
  changed('inserted-between', inOrder('plan', 'reserve', 'check', 'note', 'approval', 'pay')),
  changed('moved-forward', inOrder('pay', 'plan', 'reserve', 'note', 'approval')),
  changed('twice', inOrder('plan', 'plan', 'reserve', 'note', 'approval', 'pay')),
  changed('shortened', inOrder('plan', 'reserve')),
  changed('approval-removed', inOrder('plan', 'reserve', 'note', 'pay')),
  changed('sleep-inserted', async (doing) => {
    await doing.ctx.sleep('a while', '30d')
    return first(doing)
  }),
  changed('approval-replaced', async ({ ctx, next }) => {
    for (const name of ['plan', 'reserve', 'note']) await next(name)
    await ctx.event('go')
    return next('pay')
  }),
  changed('commit-inserted', async (doing) => {
    await doing.ctx.commit('counted', ({ session }) => {
      session.state.count = 1
    })
    return first(doing)
  }),
]

/** What a run is told: how far the process comes that has the old code. */
export interface Told {
  /** `asked`: it waits for the decision. `killed`: it dies in the last step. */
  readonly until: 'asked' | 'killed'
}

/** The task as one of the two codes has it. */
export function taskOf({ name, before, after }: Deploy, age: 'old' | 'new') {
  const code = age === 'old' ? before : after
  return defineTask(name, { retry: { attempts: 1000 } }, (ctx: RunContext, { until }: Told) => {
    const work = (step: string): unknown =>
      step === 'pay' && age === 'old' && until === 'killed' ? new Promise(() => {}) : `${step} was done`
    const next = (step: string): Promise<unknown> =>
      step === 'approval' ? ctx.approval({ title: 'Go on?' }) : ctx.step(step, () => work(step))
    return code({ ctx, next })
  })
}
