import type { Task, TaskContext } from '../../../src/index.ts'

/**
 * The same task, which tells of each step that is done rather than taken from the record, and is not given up for being killed. Its commits are known by
 * name, so each has to have one of its own.
 */
export function traced<State extends object, Input, Output, Session, Commit>(
  task: Task<State, Input, Output, TaskContext<Session, Commit>>,
  tell: (step: string) => void,
): Task<State, Input, Output, TaskContext<Session, Commit>> {
  const watching = (ctx: TaskContext<Session, Commit>): TaskContext<Session, Commit> => ({
    run: ctx.run,
    session: ctx.session,
    signal: ctx.signal,
    step: (name, code, options) =>
      ctx.step(
        name,
        (step) => {
          tell(step.key)
          return code(step)
        },
        options,
      ),
    start: (child, input, options) => ctx.start(child, input, options),
    group: (name, code) => ctx.group(name, code),
    commit: (name, decide) => {
      const begun = once(() => tell(`${ctx.run}/${name}`))
      return ctx.commit(name, (tx) => {
        begun()
        return decide(tx)
      })
    },
    sleep: (name, duration) => ctx.sleep(name, duration),
    event: (name, options) => ctx.event(name, options),
    approval: (request) => ctx.approval(request),
    stream: (source, options) => ctx.stream(source, options),
  })
  return { ...task, retry: { attempts: 1000 }, code: (ctx, input) => task.code(watching(ctx), input) }
}

/** Decisions are made again when what they read has to be loaded. */
function once(act: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) act()
    isDone = true
  }
}
