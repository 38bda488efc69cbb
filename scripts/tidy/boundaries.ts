import { type Import, importGraph } from './imports.ts'
import { clients, doors, guarded, pure, ranks, sameRank, siblings } from './layers.ts'
import { type Finding, isTest, type Tree } from './tree.ts'

/** Imports go down, enter a folder by its door, and clients stay with those who adapt them. */
export function boundaries(tree: Tree): Finding[] {
  const findings: Finding[] = []
  for (const [path, imports] of importGraph(tree)) {
    if (!path.startsWith('src/')) continue
    for (const each of imports) {
      const message = each.target === undefined ? clientProblem(path, each) : neighbourProblem(path, each.target)
      if (message) findings.push({ rule: 'boundaries', path, line: each.line, message })
    }
  }
  return findings
}

function neighbourProblem(path: string, target: string): string | undefined {
  // The manifest is data about the package, not a room in it.
  if (target === 'package.json') return undefined
  if (!target.startsWith('src/')) return `imports ${target}, which is not published: move what is needed into src/`
  const [from, to] = [folderOf(path), folderOf(target)]
  if (from === to) return isolationProblem(path, target)
  const unknown = [from, to].find((folder) => ranks[folder] === undefined)
  if (unknown) return `folder ${unknown} has no rank: give it one in ARCHITECTURE.md and scripts/tidy/layers.ts`
  // A test may stand on the whole: rules of a domain are shown through what a user holds.
  if (isTest(path) && to === '.') return undefined
  return rankProblem(from, to) ?? doorProblem(path, target, to)
}

function rankProblem(from: string, to: string): string | undefined {
  const [low = 0, high = 0] = [ranks[from], ranks[to]]
  if (high < low || sameRank[from]?.includes(to)) return undefined
  return `${from} (rank ${low}) imports ${to} (rank ${high}): move the shared part down, or take it through a port that the lower folder declares`
}

function doorProblem(path: string, target: string, folder: string): string | undefined {
  if (isTest(path) || folder === '.') return undefined
  const inside = target.slice(`src/${folder}/`.length)
  if (doors.includes(inside) || inside.endsWith('/index.ts')) return undefined
  return `imports ${inside} of ${folder} directly: import its index.ts (or a port: ${doors.slice(1).join(', ')})`
}

function isolationProblem(path: string, target: string): string | undefined {
  const own = siblings.find((prefix) => path.startsWith(prefix))
  const other = siblings.find((prefix) => target.startsWith(prefix))
  if (isTest(path) || !own || !other || own === other) return undefined
  return `one engine imports another (${other}): move the shared part beside the port`
}

function clientProblem(path: string, { specifier }: Import): string | undefined {
  if (isTest(path)) return undefined
  const isNode = specifier.startsWith('node:')
  if (isNode && pure.some((prefix) => path.startsWith(prefix)))
    return `a pure folder imports ${specifier}: take what it gives as an argument`
  if (isNode && !guarded.includes(specifier)) return undefined
  const allowed = Object.entries(clients).some(
    ([prefix, names]) => path.startsWith(prefix) && names.some((name) => covers(name, specifier)),
  )
  if (allowed) return undefined
  return `imports ${specifier}: only engines and adapters import clients; put it behind a port, or list it in scripts/tidy/layers.ts`
}

function covers(name: string, specifier: string): boolean {
  return name === '*' || specifier === name || specifier.startsWith(name.endsWith('/') ? name : `${name}/`)
}

function folderOf(path: string): string {
  const [, first = '', second] = path.split('/')
  return second === undefined ? '.' : first
}
