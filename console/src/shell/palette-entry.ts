import type { LucideIcon } from 'lucide-react'

export interface Entry {
  readonly key: string
  readonly name: string
  readonly what: 'page' | 'session' | 'run' | 'approval' | 'statechart' | 'action'
  readonly icon: LucideIcon
  readonly run: () => void
}

/** The entries in whose names all words of a text begin a word; names that begin with the text come first. */
export function fitting<T extends { readonly name: string }>(entries: readonly T[], text: string): readonly T[] {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean)
  const found = entries.filter(({ name }) => {
    const words = name.toLowerCase().split(/\s+/)
    return wanted.every((part) => words.some((word) => word.startsWith(part)))
  })
  const begins = (entry: T) => entry.name.toLowerCase().startsWith(text.toLowerCase())
  return [...found.filter(begins), ...found.filter((entry) => !begins(entry))]
}
