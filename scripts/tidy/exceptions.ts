import type { Finding } from './tree.ts'

/** A finding that is known and stays for now. */
export interface Exception {
  readonly rule: string
  readonly path: string
  /** Why it stays, and what would let it go. */
  readonly reason: string
}

/** The list may only shrink. */
export const exceptions: readonly Exception[] = []

/** The length of the list. It is written down so that growing the list takes a second, visible change; it is never raised. */
export const ratchet = 0

/** Takes the excepted findings out, and reports a list that is longer than agreed or holds what is not needed any more. */
export function applyExceptions(findings: readonly Finding[], list: readonly Exception[], agreed: number): Finding[] {
  const path = 'scripts/tidy/exceptions.ts'
  const matches = (finding: Finding, each: Exception) => finding.rule === each.rule && finding.path === each.path
  const left = findings.filter((finding) => !list.some((each) => matches(finding, each)))
  const stale = list.filter((each) => !findings.some((finding) => matches(finding, each)))
  for (const each of stale) {
    left.push({ rule: 'exceptions', path, line: 1, message: `${each.rule} ${each.path} is mended: remove it from the list` })
  }
  if (list.length !== agreed) {
    const todo = list.length > agreed ? 'mend the code instead of listing it' : `set the ratchet to ${list.length}`
    left.push({ rule: 'exceptions', path, line: 1, message: `${list.length} exceptions, the ratchet says ${agreed}: ${todo}` })
  }
  return left
}
