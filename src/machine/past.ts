import type { Moment, Timeline } from '../runtime/index.ts'
import type { EntityRow } from '../store/index.ts'
import { type Kept, keptOf } from './instance-view.ts'
import { SNAPSHOT_KEY, WORK_KEY } from './keys.ts'

/** What was kept of an instance at a point of its history, and when that was; undefined where it was deleted. */
export async function keptAt(
  timeline: Timeline,
  row: EntityRow,
  { revision, seq }: { readonly revision: number; readonly seq: number },
): Promise<Kept | undefined> {
  const snapshot = await timeline.entry(row, SNAPSHOT_KEY, seq)
  const work = await timeline.entry(row, WORK_KEY, seq)
  return keptOf(revision, snapshot?.plain, work?.plain)
}

/** The same at a revision or a time. @throws not_found */
export async function keptThen(timeline: Timeline, row: EntityRow, moment: Moment): Promise<Kept | undefined> {
  return keptAt(timeline, row, await timeline.revision(row, moment))
}
