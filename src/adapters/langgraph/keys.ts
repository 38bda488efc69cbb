/**
 * The keys of a thread's entity; a checkpoint is named by its code:
 *
 * | key | what it holds |
 * |---|---|
 * | `t/<namespace>` | the ends of the namespace's branches (`tips.ts`) |
 * | `c/<namespace>/<checkpoint>` | a checkpoint (`record.ts`) |
 * | `w/<namespace>/<checkpoint>/<task>` | what a task has written on top of a checkpoint (`writes.ts`) |
 */
export function tipsKey(namespace: string): string {
  return `${TIPS}/${flat(namespace)}`
}

/** What the keys of tips lie below. */
export const TIPS = 't'

export function namespaceOfTips(key: string): string {
  return key
    .slice(TIPS.length + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~')
}

/** The key of a checkpoint; without a code, what the keys of all checkpoints of the namespace begin with. */
export function checkpointKey(namespace: string, code = ''): string {
  return `c/${flat(namespace)}/${code}`
}

/** What the keys of all that was written on top of a checkpoint lie below. */
export function writesParent(namespace: string, code: string): string {
  return `w/${flat(namespace)}/${code}`
}

export function writesKey(namespace: string, code: string, task: string): string {
  return `${writesParent(namespace, code)}/${flat(task)}`
}

/** The task of a key below `writesParent`. */
export function taskOfWrites(key: string): string {
  return key
    .slice(key.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~')
}

/** A name as one part of a key. */
function flat(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** Checkpoints and writes are many, small and much alike, and are read seldom: compressed, they take two thirds, but for the smallest. */
export const COMPRESS_FROM = 320
