import { createHash } from 'node:crypto'

interface Operation {
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly description?: string
    readonly schema?: { readonly description?: string }
  }[]
  readonly requestBody?: object
}

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --dim: #767676 }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line) }
details { border-bottom: 1px solid var(--line); padding: .4rem 0 }
summary { cursor: pointer } code, .method { font: 13px ui-monospace, monospace }
.method { display: inline-block; width: 4.5rem; font-weight: 700 } .about { color: var(--dim) }
table { border-collapse: collapse; margin: .5rem 0 } td { padding: .15rem 1rem .15rem 0; vertical-align: top }
`

/** A page that shows an OpenAPI document, and the policy it is served under: it loads nothing. */
export function docsPage(document: object): { readonly body: string; readonly policy: string } {
  const { info, paths = {} } = document as {
    info?: { title?: string; version?: string; description?: string }
    paths?: Record<string, Record<string, Operation>>
  }
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  const tags = [...new Set(operations.map(({ operation }) => operation.tags?.[0] ?? 'other'))]
  const sections = tags.map((tag) => {
    const own = operations.filter(({ operation }) => (operation.tags?.[0] ?? 'other') === tag)
    return `<h2>${escapeHtml(tag)}</h2>${own.map(one).join('')}`
  })
  const body = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(info?.title ?? 'API')}</title><style>${STYLE}</style></head><body><main>
<h1>${escapeHtml(info?.title ?? 'API')} ${escapeHtml(info?.version ?? '')}</h1><p>${escapeHtml(info?.description ?? '')}</p>
<p>For programs: <a href="openapi.json">openapi.json</a></p>${sections.join('\n')}</main></body></html>`
  return { body, policy: `default-src 'none'; style-src 'sha256-${hashOf(STYLE)}'; base-uri 'none'; frame-ancestors 'none'` }
}

/** The source expression of an inline style or script in a Content-Security-Policy. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}

function one({
  path,
  method,
  operation,
}: {
  readonly path: string
  readonly method: string
  readonly operation: Operation
}): string {
  const rows = (operation.parameters ?? []).map(
    ({ name, in: where, required, description, schema }) =>
      `<tr><td><code>${escapeHtml(name)}</code></td><td class="about">${escapeHtml(where)}${required ? ', required' : ''}</td><td>${escapeHtml(description ?? schema?.description ?? '')}</td></tr>`,
  )
  const body =
    operation.requestBody === undefined
      ? ''
      : `<p class="about">Takes a body:</p><pre><code>${escapeHtml(JSON.stringify(operation.requestBody, null, 2))}</code></pre>`
  return `<details><summary><span class="method">${method.toUpperCase()}</span> <code>${escapeHtml(path)}</code> <span class="about">${escapeHtml(operation.summary ?? '')}</span></summary>
<p>${escapeHtml(operation.description ?? '')}</p><table>${rows.join('')}</table>${body}</details>`
}

/** Text as HTML shows it. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
