import { fromTagged, type Path, parsePath } from '../core/index.ts'
import type { EntityTx, Revision, Timeline } from '../runtime/index.ts'
import { decodeNode, type EntityRow } from '../store/index.ts'
import type { DurableMachine } from './durable.ts'
import { withSteps } from './history.ts'
import { SECRET_KEY, SNAPSHOT_KEY } from './keys.ts'
import { keptAt } from './past.ts'
import type { RecordedStep } from './recorded-step.ts'

const NONE: readonly string[] = []

/** The paths of a machine's context, and of what its events carry, that nobody outside is to see. */
export function secretOf({ machine, options }: DurableMachine): readonly string[] {
  const { secret: own = NONE } = machine
  const { secret: added = NONE } = options
  return own.length === 0 ? added : [...new Set([...own, ...added])]
}

/** An instance keeps its secret paths itself: also who does not know its machine must not show them. */
export function keepSecret(entity: EntityTx, durable: DurableMachine): void {
  const secret = secretOf(durable)
  if (secret.length === 0) return
  const before = entity.get(SECRET_KEY)
  if (JSON.stringify(before) !== JSON.stringify(secret)) entity.set(SECRET_KEY, secret)
}

/** The secret paths of a stored instance, also after it was deleted. */
export async function secretPathsOf(timeline: Timeline, row: EntityRow): Promise<readonly string[]> {
  const plain = await timeline.last(row, SECRET_KEY)
  const node = plain && decodeNode(plain)
  return node?.type === 'leaf' ? (node.value as readonly string[]) : []
}

/** True when a revision may have brought a secret that was not known: of the context, or of an event. */
export function mayBringSecrets({ keys, event }: Pick<Revision, 'keys' | 'event'>): boolean {
  return event !== null || keys.includes(SNAPSHOT_KEY)
}

/** What stands at secret paths of an instance as of a revision: in its context, and in what it was told then. */
export async function* secretsAt(
  timeline: Timeline,
  row: EntityRow,
  { seq, event }: Pick<Revision, 'seq' | 'event'>,
  secret: readonly string[],
): AsyncGenerator<unknown> {
  const kept = await keptAt(timeline, row, { revision: row.revision, seq })
  const bearers = [fromTagged(kept?.stored[2] ?? {}), ...withSteps({ event }).steps.flatMap(tellings)]
  for (const path of secret.map((each) => parsePath(each))) for (const bearer of bearers) yield valueIn(bearer, path)
}

/** A step, with everything in it that may bear secrets handed to `mask`: what events carry, as it is or under a name such as `input`. */
export function maskStep(step: RecordedStep, mask: <Value>(value: Value) => Value): RecordedStep {
  const inside = <Value extends object>(value: Value): Value =>
    Object.fromEntries(Object.entries(mask(value)).map(([name, item]) => [name, mask(item)])) as Value
  const { event, emitted } = step
  return { ...step, event: inside(event), ...(emitted && { emitted: emitted.map((each) => inside(Object(each) as object)) }) }
}

function tellings({ event, emitted = [] }: RecordedStep): unknown[] {
  return [event, ...emitted].flatMap((told) => [told, ...Object.values(Object(told) as object)])
}

function valueIn(value: unknown, path: Path): unknown {
  let at = value
  for (const segment of path) {
    if (at instanceof Map) at = at.get(String(segment))
    else at = typeof at === 'object' && at !== null && Object.hasOwn(at, segment) ? Reflect.get(at, segment) : undefined
  }
  return at
}
