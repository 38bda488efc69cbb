import { importGraph } from './imports.ts'
import type { Finding, Tree } from './tree.ts'

/** No file reaches itself through its imports, types included. One finding per knot. */
export function cycles(tree: Tree): Finding[] {
  const graph = importGraph(tree)
  const done = new Set<string>()
  const findings: Finding[] = []
  const visit = (path: string, trail: readonly string[]) => {
    const start = trail.indexOf(path)
    if (start !== -1) {
      const circle = [...trail.slice(start), path]
      const line = graph.get(path)?.find((each) => each.target === circle[1])?.line ?? 1
      const message = `import cycle ${circle.join(' -> ')}: move what both need into a file of its own`
      findings.push({ rule: 'cycles', path, line, message })
      return
    }
    if (done.has(path)) return
    for (const { target } of graph.get(path) ?? []) if (target && graph.has(target)) visit(target, [...trail, path])
    done.add(path)
  }
  for (const path of graph.keys()) visit(path, [])
  return findings
}
