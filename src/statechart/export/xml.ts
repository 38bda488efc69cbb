/** Lines of a document, indented from where they stand. */
export type Xml = readonly string[]

/** An element; attributes that are undefined are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | undefined>>,
  inner: Xml = [],
  text?: string,
): string[] {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${quoted(value)}"`],
  )
  const open = `<${name}${written.join('')}`
  if (text !== undefined) return [`${open}>${quoted(text)}</${name}>`]
  if (inner.length === 0) return [`${open}/>`]
  return [`${open}>`, ...inner.map((line) => `  ${line}`), `</${name}>`]
}

/** Signs of markup, and those an attribute would lose, as entities. */
function quoted(text: string): string {
  return text.replace(/[&<>"'\t\n\r]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
