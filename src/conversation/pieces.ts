import type { Part, ReasoningPart, TextPart } from './part.ts'

/** Pieces of a content as one: text goes on with the text before it, thoughts with the thoughts, where no provider has said anything of them. */
export function joined(pieces: readonly (readonly Part[])[]): readonly Part[] {
  const parts: Part[] = []
  for (const part of pieces.flat()) {
    const last = parts.at(-1)
    if (isOpen(part) && last !== undefined && isOpen(last) && last.type === part.type) {
      parts[parts.length - 1] = { ...last, text: last.text + part.text }
    } else parts.push(part)
  }
  return parts
}

function isOpen(part: Part): part is TextPart | ReasoningPart {
  return (part.type === 'text' || part.type === 'reasoning') && part.providerOptions === undefined
}
