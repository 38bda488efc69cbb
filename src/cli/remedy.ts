import type { Damage } from '../store/index.ts'

/** Everything doctor may find. */
export type FindingCode = Damage['code'] | 'unreadable'

/** What to do about each finding. */
export const remedies: Readonly<Record<FindingCode, string>> = {
  file: 'The file itself is damaged. Stop writing to it, keep a copy, and restore a backup',
  log_gap: 'Records are missing from the log: feeds and replicas have missed them. Keep a copy, restore a backup, tell us',
  log_head: 'The log and its head disagree. Keep a copy and restore a backup',
  entity_head:
    'An entity and its newest record disagree: its next writes may be refused. Restore a backup, or export it and set it anew',
  entry_version: 'A value claims a revision that is not there. `holdfast get` still shows it; compare it with a backup',
  change_span: 'Past versions do not follow each other: `--at` may be wrong for this key, its value of now is not touched',
  term_orphan: 'A session is listed that does not live. Harmless; it goes when a session of that id is made again',
  outbox_orphan: 'An effect or timer belongs to nothing and will not run. Look whether it was still wanted',
  unreadable:
    'A stored value cannot be read. Its past may be: `holdfast history ID`, then `holdfast get ID PATH --at REV`, and set it anew',
}
