import { installSidePackage } from '../../scripts/side-package.ts'
import type { Measured } from '../figure.ts'
import { say } from '../options.ts'

let missing: { readonly reason: string | undefined } | undefined

/** Why what Holdfast is measured beside is not there; undefined when it is. Installs it on first use. */
export function missingPeers(): string | undefined {
  missing ??= { reason: installSidePackage('bench/agent', say) }
  return missing.reason
}

/** What is said of figures that need a peer which is not there: no value, so never kept. */
export function absent<Name extends string>(names: readonly Name[], reason: string): Record<Name, Measured> {
  const figure: Measured = { value: null, note: `absent: ${reason}` }
  return Object.fromEntries(names.map((name) => [name, figure])) as Record<Name, Measured>
}
