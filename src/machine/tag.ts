/** What the tag of a machine, `id@version#hash`, is made of. */
export function partsOf(tag: string): { readonly id: string; readonly version: string } {
  const [at, end] = [tag.lastIndexOf('@'), tag.lastIndexOf('#')]
  return { id: tag.slice(0, at), version: tag.slice(at + 1, end) }
}
