import type { Json } from '../core/index.ts'
import { depthOf, prototypeKey } from './json-scan.ts'
import { invalid, Refusal } from './refusal.ts'

/** How much of a body is taken. */
export interface BodyLimits {
  readonly maxBodyBytes: number
  readonly maxJsonDepth: number
}

/** A body as it came, and what it says; both empty where there was none. */
export interface Body {
  readonly text: string
  readonly json: Json | undefined
}

/**
 * Reads a JSON body within its limits.
 * @throws too_large; invalid: 415 for another content type, 400 for what is no JSON, too deep, or holds a key `__proto__`.
 */
export async function readBody(request: Request, limits: BodyLimits): Promise<Body> {
  const bytes = await readBytes(request, limits.maxBodyBytes)
  if (bytes.byteLength === 0) return { text: '', json: undefined }
  checkType(request.headers.get('content-type'), request.headers.get('content-encoding'))
  const text = decode(bytes)
  return { text, json: parse(text, limits.maxJsonDepth) }
}

async function readBytes(request: Request, most: number): Promise<Uint8Array> {
  const length = request.headers.get('content-length')
  const declared = length === null ? undefined : Number(length)
  if (declared !== undefined && declared > most) throw tooLarge(most, declared)
  // The server has seen to it that a body is as long as it says.
  if (declared !== undefined && Number.isSafeInteger(declared)) return checked(new Uint8Array(await request.arrayBuffer()), most)
  if (request.body === null) return new Uint8Array(0)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > most) throw tooLarge(most, size)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function checked(bytes: Uint8Array, most: number): Uint8Array {
  if (bytes.byteLength > most) throw tooLarge(most, bytes.byteLength)
  return bytes
}

function tooLarge(limit: number, actual: number): Refusal<'too_large'> {
  const message = `Expected a body of at most ${limit} bytes, got ${actual}; send less at once`
  return new Refusal(413, 'too_large', message, { path: 'body', limit, actual, unit: 'bytes' }, { connection: 'close' })
}

function checkType(type: string | null, encoding: string | null): void {
  const isJson = /^application\/(?:[\w.+-]+\+)?json\s*(?:;\s*charset="?utf-8"?\s*)?$/i.test(type ?? '')
  if (!isJson) {
    const message = `Expected content-type: application/json (UTF-8), got ${type ?? 'none'}`
    throw new Refusal(415, 'invalid', message, { path: 'content-type' }, { accept: 'application/json' })
  }
  if (encoding !== null && encoding.toLowerCase() !== 'identity') {
    const message = `Expected a body without content-encoding, got ${encoding}`
    throw new Refusal(415, 'invalid', message, { path: 'content-encoding' }, { 'accept-encoding': 'identity' })
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw invalid('Expected a body in UTF-8, got other bytes', 'body')
  }
}

function parse(text: string, mostDeep: number): Json {
  if (depthOf(text, mostDeep) > mostDeep)
    throw invalid(`Expected JSON nested at most ${mostDeep} levels deep, got more; send it flatter or in parts`, 'body')
  const value = parseOrRefuse(text)
  // Cheap to rule out: most texts have neither the name nor an escape it could hide behind.
  const found = /__proto__|\\u/.test(text) ? prototypeKey(value) : undefined
  if (found !== undefined)
    throw invalid(`Expected no key __proto__, got one at ${found.slice(1)}; name it otherwise`, found.slice(1))
  return value
}

function parseOrRefuse(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch (error) {
    const why = error instanceof SyntaxError ? error.message.slice(0, 200) : ''
    throw invalid(`Expected a body in JSON, got something else: ${why}`, 'body')
  }
}
