/** Headers of every answer. */
export const always = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const

type Headers = Readonly<Record<string, string>>

/** An answer in JSON. */
export function json(status: number, body: unknown, headers?: Headers): Response {
  return jsonText(status, JSON.stringify(body), headers)
}

/** The same where the text is made already. */
export function jsonText(status: number, body: string, headers?: Headers): Response {
  return new Response(body, { status, headers: { 'content-type': 'application/json; charset=UTF-8', ...always, ...headers } })
}

/** An answer without a body. */
export function nothing(headers?: Headers): Response {
  return new Response(null, { status: 204, headers: { ...always, ...headers } })
}

/** A page of HTML that may load nothing but what its policy names. */
export function html(status: number, body: string, policy: string): Response {
  const headers = { 'content-type': 'text/html; charset=UTF-8', 'content-security-policy': policy, ...always }
  return new Response(body, { status, headers })
}
