import { HoldfastError } from '../core/index.ts'
import { approvalId, attemptId, sessionOfRun } from './address.ts'
import type { Approval } from './context.ts'
import { failing } from './failing.ts'
import { WITHIN } from './group.ts'
import { isOver, START, type StepRecord } from './record.ts'
import type { RunLife } from './run-life.ts'

/** What people and programs around a run do to it, inside a decision. */
export class RunControl {
  readonly #life: RunLife

  constructor(life: RunLife) {
    this.#life = life
  }

  /** Those it has started, and that are at work, are cancelled with it. @throws conflict when it is done */
  cancel(): void {
    const { id } = this.#life
    const { status } = this.#life.state
    if (status === 'cancelled') return
    if (status === 'done')
      throw new HoldfastError('conflict', `Run ${id} is ${status}; nothing of it can be cancelled`, { entity: id })
    this.#life.entity.cancelEffect(attemptId(id))
    this.#life.finish('cancelled')
    const children = this.#life.family.children.map((child) => this.#life.other(child))
    for (const child of children) if (child.isAlive) new RunControl(child).cancel()
  }

  /** Ends with its session: cancelled when that is closed, deleted when that is deleted. */
  endWith(session: 'close' | 'destroy'): void {
    if (!this.#life.entity.exists) return
    if (!isOver(this.#life.state.status)) this.cancel()
    if (session === 'destroy') this.#life.entity.destroy()
  }

  /**
   * Makes another attempt of a run that failed, or whose code did not fit: of the step, too, that it has failed of. `edit` replaces what it was given.
   * @throws conflict for any other
   */
  retry(edit?: { readonly input: unknown }): void {
    this.#checkStopped('tried again')
    if (edit !== undefined) this.#life.entity.set(START, { ...this.#life.beginning, input: edit.input })
    for (const step of failing(this.#life.steps, this.#life.state.failedOf)) this.#life.steps.delete(step)
    this.#life.goOn()
    this.#life.entity.event('retry', edit === undefined ? undefined : { input: true })
  }

  /** Goes on as if the step that it failed of had come to `value`. @throws conflict when it has not failed of a step */
  skip(value: unknown): void {
    this.#checkStopped('skipped')
    const [step, ...groups] = failing(this.#life.steps, this.#life.state.failedOf)
    const record = step === undefined ? undefined : this.#life.steps.get(step)
    if (step === undefined || record === undefined) {
      const { id } = this.#life
      throw new HoldfastError('conflict', `Run ${id} has not failed of a step; retry it, or cancel it`, { entity: id })
    }
    this.#life.steps.set(step, { order: record.order, value })
    for (const group of groups) this.#life.steps.delete(group)
    this.#life.goOn()
    this.#life.entity.event('skip', { step })
  }

  #checkStopped(what: string): void {
    const { id } = this.#life
    const { status } = this.#life.state
    if (status === 'failed' || status === 'needs_migration') return
    const message = `Run ${id} is ${status}; only one that failed or needs_migration can be ${what}`
    throw new HoldfastError('conflict', message, { entity: id })
  }

  /**
   * Starts another run that has recorded what this one had before `step` was asked for; returns the steps that are not taken along.
   * @throws not_found for a step it has not; conflict when there is such a run
   */
  fork(to: string, step: string, edit?: { readonly input: unknown }): readonly string[] {
    const { id } = this.#life
    const at = this.#life.steps.get(step)
    const { task, input } = this.#life.beginning
    if (at === undefined) throw new HoldfastError('not_found', `Run ${id} has recorded no step ${step}`, { entity: id })
    const heir = this.#life.other(to)
    const origin = { run: id, step }
    if (!heir.start({ session: sessionOfRun(id), task, input: edit === undefined ? input : edit.input, origin }))
      throw new HoldfastError('conflict', `There is a run ${to} already; take another key`, { entity: to })
    const kept = (name: string, record: StepRecord): boolean =>
      record.order < at.order && !('wait' in record) && !step.startsWith(name + WITHIN)
    for (const [name, record] of this.#life.steps) if (kept(name, record)) heir.steps.set(name, record)
    heir.set({ steps: heir.steps.size, epoch: 0, tries: 0 })
    return [...this.#life.steps].flatMap(([name, record]) => (kept(name, record) || 'wait' in record ? [] : [name]))
  }

  /** Hands an event to the first step that waits for it, or keeps it until one does. @throws conflict when it is over */
  send(event: string, data: unknown): void {
    const { id } = this.#life
    const { status } = this.#life.state
    if (isOver(status)) throw new HoldfastError('conflict', `Run ${id} is ${status}; it takes no events any more`, { entity: id })
    const waiting = [...this.#life.steps.waits()].find(([, { wait }]) => wait.for === 'event' && wait.event === event)
    this.#life.entity.event('event', { event })
    if (waiting === undefined) this.#life.keep(event, data)
    else this.#life.resolve(waiting[0], { value: data })
  }

  /** Decides what a person was asked. @throws conflict when that has been decided or is over; not_found */
  decide(step: string, decision: Approval, data: unknown): void {
    const { id } = this.#life
    const { status } = this.#life.state
    const known = this.#life.steps.get(step)
    if (known === undefined || !/(?:^|>)approval(?:#\d+)?$/.test(step))
      throw new HoldfastError('not_found', `Run ${id} has asked nobody for ${step}`, { entity: id })
    if (!('wait' in known) || known.wait.for !== 'approval')
      throw new HoldfastError('conflict', `${approvalId(id, step)} ${decided(known)}; that stands`, { entity: id })
    if (isOver(status))
      throw new HoldfastError('conflict', `Run ${id} is ${status}: nothing is to be decided any more`, { entity: id })
    this.#life.entity.event('decide', { step, approved: decision.approved })
    this.#life.resolve(step, { value: { ...decision, data: data === undefined ? known.wait.data : data } satisfies Approval })
  }
}

function decided(record: StepRecord): string {
  const was = 'value' in record ? (record.value as Approval) : undefined
  return was?.by === undefined ? 'has expired' : `was ${was.approved ? 'approved' : 'refused'} by ${was.by}`
}
