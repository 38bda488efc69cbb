import type { Descriptor } from './blueprint.ts'

/** True when the descriptor covers an event of that type: SCXML 1.0, 3.12.1 for prefixes, equality otherwise. */
export function covers({ name, prefix }: Descriptor, type: string): boolean {
  if (!prefix) return type === name
  if (name === '') return true
  return type.startsWith(name) && (type.length === name.length || type[name.length] === '.')
}

/** How the descriptor is written in a definition. */
export function writeDescriptor({ name, prefix }: Descriptor): string {
  if (!prefix) return name
  return name === '' ? '*' : `${name}.*`
}
