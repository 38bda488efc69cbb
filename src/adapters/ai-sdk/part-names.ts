import type { Part } from './answer.ts'

/**
 * Gives each text and each thought of a call of the model a name that no other one of the run has, the same whenever it is streamed: providers begin
 * anew with every call (`0`, `txt-0`), and the AI SDK tells those that come again apart by chance.
 */
export function partNames(call: string): (part: Part) => Part {
  const begun = new Map<string, number>()
  return (part) => {
    const [, kind, event] = /^(text|reasoning)-(start|delta|end)$/.exec(part.type) ?? []
    if (kind === undefined || !('id' in part) || part.id === undefined) return part
    const known = `${kind} ${part.id}`
    const count = (begun.get(known) ?? 0) + (event === 'start' ? 1 : 0)
    begun.set(known, count)
    return { ...part, id: `${call}/${part.id}${count > 1 ? `#${count}` : ''}` }
  }
}
