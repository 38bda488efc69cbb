import type { Finding, Tree } from './tree.ts'

const empty = new Set(['utils', 'util', 'helpers', 'helper', 'common', 'misc', 'shared', 'types'])

/** A file or folder is named after a noun of the domain, never after the fact that things were left over. */
export function names(tree: Tree): Finding[] {
  const findings: Finding[] = []
  for (const path of tree.sources.keys()) {
    const word = path.split('/').find((part) => empty.has(part.replace(/\..*$/, '')))
    if (!word) continue
    findings.push({
      rule: 'names',
      path,
      line: 1,
      message: `the name ${word} says nothing: name it after the one thing it holds`,
    })
  }
  return findings
}
