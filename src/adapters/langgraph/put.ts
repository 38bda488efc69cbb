import { HoldfastError } from '../../core/index.ts'
import type { EntityTx } from '../../runtime/index.ts'
import { makeRecord, type NewCheckpoint } from './change.ts'
import { checkpointCode } from './checkpoint-code.ts'
import { COMPRESS_FROM, checkpointKey, tipsKey } from './keys.ts'
import type { Memo } from './memo.ts'
import { type CheckpointRecord, toStored } from './record.ts'
import { follow, type Snapshot, Snapshots } from './snapshot.ts'
import { advance, continues, type Step, type Tips } from './tips.ts'

/**
 * Stores a checkpoint in its thread's entity, as far as its branch has not been continued by somebody else. The same checkpoint again,
 * as after an answer that was lost, changes nothing.
 * @throws conflict
 */
export function putCheckpoint(entity: EntityTx, step: Step, next: NewCheckpoint, memo: Memo<Snapshot>): void {
  const { namespace, id, parent } = step
  const snapshots = new Snapshots(entity.tree, step, memo)
  const tips = (entity.get(tipsKey(namespace)) ?? []) as Tips
  const code = checkpointCode(id)
  if (!continues(tips, step)) {
    const stored = snapshots.find(code)
    if (stored !== undefined) {
      confirm(stored.record, step, next)
      return
    }
  }
  entity.set(tipsKey(namespace), advance(tips, step))
  const continued = parent === undefined ? undefined : checkpointCode(parent)
  const before = continued === undefined ? undefined : snapshots.find(continued)
  const record = makeRecord(snapshots, continued, before, next)
  entity.set(checkpointKey(namespace, code), toStored(record), { compressFrom: COMPRESS_FROM })
  snapshots.remember(code, follow(before, code, record, next.values))
}

/** @throws conflict when another checkpoint is stored under the id: later ones are made of it, it cannot be replaced. */
function confirm(stored: CheckpointRecord, { thread, id }: Step, next: NewCheckpoint): void {
  if (stored.metadata === next.metadata && stored.rest.ts === next.rest.ts) return
  const message = `Thread ${thread} has another checkpoint ${id}; checkpoints are written once: put it under a new id`
  throw new HoldfastError('conflict', message, { entity: thread })
}
