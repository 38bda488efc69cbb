import { checkName, copyRich, HoldfastError } from '../core/index.ts'
import { type EntityRef, type OutboxWrite, refKey } from '../store/index.ts'
import { EntityTx } from './entity-tx.ts'
import { type Action, entityRequest } from './gate.ts'
import { type Miss, Wanted } from './miss.ts'
import { idWithin, outboxId } from './outbox-id.ts'
import type { Principal } from './principal.ts'
import type { TreeChange, TxOwner, TxScope } from './tx-scope.ts'

/** How much one decision may do. */
export const TX_LIMITS = { entities: 1000, writes: 100_000, effects: 1000 } as const

/**
 * One decision: what it reads and what it wants written, over one or several entities. Everything it wants is stored in
 * one commit, or nothing. Decisions are pure and synchronous: they may run more than once.
 */
export class Tx implements TxOwner {
  /** The time of the decision, in milliseconds since the epoch. The only clock a decision may read. */
  readonly now: number
  readonly principal: Principal
  readonly #scope: TxScope
  readonly #seed: string
  readonly #entities = new Map<string, EntityTx>()
  /** By id, of which a commit may name each once: what is said last counts. */
  readonly #outbox = new Map<string, OutboxWrite>()
  #trees: Map<string, readonly [EntityRef, TreeChange]> | undefined
  #shared: Map<unknown, unknown> | undefined
  /** The end of the effect whose result this decision is about. */
  #end: OutboxWrite | undefined
  #ids = 0
  #ended = false
  /** Set once something was missing, so that a decision that catches exceptions cannot hide it. */
  miss: Miss | Wanted | undefined

  constructor(scope: TxScope, now: number, seed: string) {
    this.#scope = scope
    this.#seed = seed
    this.now = now
    this.principal = scope.principal
  }

  /**
   * An entity of this principal's tenant, existing or not.
   * @throws invalid, too_large for a name that cannot be kept; forbidden.
   */
  entity(kind: string, id: string, action: Action = 'read'): EntityTx {
    const ref: EntityRef = { tenant: this.principal.tenant, kind, id }
    const name = refKey(ref)
    const known = this.#entities.get(name)
    if (known !== undefined) {
      if (action !== 'read') known.allow(action)
      return known
    }
    checkName(kind, 'the kind of an entity', 64)
    checkName(id, 'the id of an entity')
    this.#scope.gate.check(entityRequest(this.principal, action, ref))
    const state = this.#scope.store.state(ref)
    if (this.#entities.size >= TX_LIMITS.entities) throw tooMany('entities', TX_LIMITS.entities, this.#entities.size + 1)
    const entity = new EntityTx(this, this.#scope, state, action)
    this.#entities.set(name, entity)
    this.#scope.touch(state)
    return entity
  }

  /**
   * @internal The same, of an id that has just been drawn by lot: nothing is loaded to know that it is not there. Were it there all the same, the
   * commit would be refused.
   */
  fresh(kind: string, id: string): EntityTx {
    const entity = this.entity(kind, id)
    if (entity.state.row === undefined) entity.state.row = null
    return entity
  }

  /** An id that is new, and the same each time this decision runs. */
  id(): string {
    return `${this.#seed}-${++this.#ids}`
  }

  /**
   * Something from outside the entities that never changes, such as a definition: loaded once for this decision, which is left until
   * then and runs again.
   */
  loaded<Value>(name: string, load: () => Promise<Value>): Value {
    const { loaded } = this.#scope
    if (loaded?.has(name)) return loaded.get(name) as Value
    this.miss ??= new Wanted(name, load)
    throw this.miss
  }

  /** @internal What all who work in this run of the decision have in common, made when it is first asked for. */
  shared<Value>(key: unknown, make: () => Value): Value {
    this.#shared ??= new Map()
    const known = this.#shared.get(key)
    if (known !== undefined) return known as Value
    const made = make()
    this.#shared.set(key, made)
    return made
  }

  /** Ends an effect or timer that has not ended yet; nothing happens when there is none. @throws forbidden */
  cancel(id: string): void {
    this.operate({ op: 'cancel', id: outboxId(this.principal.tenant, id) })
  }

  /** @internal What somebody decides about an effect, rather than about the entity it belongs to. @throws forbidden */
  operate(write: OutboxWrite): void {
    const { principal } = this
    this.#scope.gate.check({ principal, action: 'operate', kind: 'effect', id: idWithin(principal.tenant, write.id) })
    this.promise(write)
  }

  /** @internal */
  promise(write: OutboxWrite): void {
    this.checkOpen()
    if (this.#outbox.size >= TX_LIMITS.effects) throw tooMany('effects and timers', TX_LIMITS.effects, this.#outbox.size + 1)
    if (write.op === 'settle' || write.op === 'release') this.#end = write
    else this.#outbox.set(write.id, write)
  }

  /** @internal */
  tellTree(root: EntityRef, change: TreeChange): void {
    this.#trees ??= new Map()
    this.#trees.set(refKey(root), [root, change])
  }

  /** @internal What has become of roots of trees; what follows from that may add to it. */
  get trees(): Iterable<readonly [root: EntityRef, change: TreeChange]> {
    return this.#trees?.values() ?? []
  }

  /** @internal The entities this decision has looked at, in the order it did. */
  get entities(): Iterable<EntityTx> {
    return this.#entities.values()
  }

  /**
   * @internal What is to become of the outbox. The end of an effect comes first, so that what put it may put it again
   * under the same id, as a timer does that goes on and on.
   */
  get outbox(): readonly OutboxWrite[] {
    const end = this.#end
    const rest = [...this.#outbox.values()]
    return end === undefined ? rest : [end, ...rest.filter(({ op, id }) => op !== 'cancel' || id !== end.id)]
  }

  /** @internal @throws invalid when the decision has ended: what is said now could not be stored any more. */
  checkOpen(): void {
    if (!this.#ended) return
    throw new HoldfastError('invalid', 'The transaction was used after its decision ended; say everything inside it', {})
  }

  /** @internal Ends the drafts and cuts the result loose from them. */
  finish<Value>(value: Value): Value {
    const detached = detach(value)
    let writes = 0
    for (const entity of this.#entities.values()) writes += entity.finish()
    if (writes > TX_LIMITS.writes) throw tooMany('entries written', TX_LIMITS.writes, writes)
    this.#ended = true
    return detached
  }
}

function detach<Value>(value: Value): Value {
  return typeof value === 'object' && value !== null ? copyRich(value) : value
}

function tooMany(what: string, limit: number, actual: number): HoldfastError<'too_large'> {
  const message = `One commit may hold at most ${limit} ${what}, this one has ${actual}; split it into several`
  return new HoldfastError('too_large', message, { limit, actual, unit: what })
}
