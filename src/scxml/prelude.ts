/**
 * What every sandbox begins with, run inside it: values are carried in and out as JSON, what JSON cannot say tagged as Holdfast tags it,
 * functions as their source, XML as a tree with the few methods of the DOM that data is read with.
 */
export const PRELUDE = `(() => {
  const has = Object.prototype.hasOwnProperty
  class Node {
    constructor(tree) {
      const [tagName, attributes, children] = tree
      Object.defineProperty(this, 'tree', { value: tree })
      this.tagName = this.nodeName = tagName
      this.attributes = attributes
      this.childNodes = children.map((child) => (typeof child === 'string' ? child : new Node(child)))
    }
    get textContent() {
      return this.childNodes.map((child) => (typeof child === 'string' ? child : child.textContent)).join('')
    }
    getAttribute(name) {
      return has.call(this.attributes, name) ? this.attributes[name] : null
    }
    getElementsByTagName(name) {
      const inner = this.childNodes.filter((child) => typeof child !== 'string')
      const found = inner.flatMap((child) => child.getElementsByTagName(name))
      return this.tagName === name || name === '*' ? [this, ...found] : found
    }
  }
  const encode = (value, depth = 0) => {
    if (depth > 100) throw new TypeError('nested too deeply to be kept')
    if (value === undefined) return { $undefined: true }
    if (typeof value === 'function') return { $function: String(value) }
    if (typeof value === 'bigint') return { $bigint: String(value) }
    if (typeof value === 'symbol') throw new TypeError('a symbol cannot be kept')
    if (typeof value === 'number' && !Number.isFinite(value)) return { $number: String(value) }
    if (typeof value !== 'object' || value === null) return value
    if (value instanceof Node) return { $xml: value.tree }
    if (value instanceof Date) return { $date: Number.isNaN(Number(value)) ? null : value.toISOString() }
    if (value instanceof Error) return { name: value.name, message: value.message }
    if (Array.isArray(value)) return value.map((item) => encode(item, depth + 1))
    const entries = Object.keys(value).map((key) => [key, encode(value[key], depth + 1)])
    const plain = Object.fromEntries(entries)
    return entries.length === 1 && entries[0][0].startsWith('$') ? { $plain: plain } : plain
  }
  const decode = (json) => {
    if (typeof json !== 'object' || json === null) return json
    if (Array.isArray(json)) return json.map(decode)
    const keys = Object.keys(json)
    const only = keys.length === 1 ? keys[0] : ''
    if (only === '$undefined') return undefined
    if (only === '$function') return (0, eval)('(' + json.$function + ')')
    if (only === '$bigint') return BigInt(json.$bigint)
    if (only === '$number') return Number(json.$number)
    if (only === '$date') return new Date(json.$date ?? NaN)
    if (only === '$xml') return new Node(json.$xml)
    const plain = only === '$plain' ? json.$plain : json
    return Object.fromEntries(Object.keys(plain).map((key) => [key, decode(plain[key])]))
  }
  const fixed = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true, writable: false, enumerable: false })
  const arrays = []
  const bridge = {
    event: (json) => fixed('_event', decode(JSON.parse(json))),
    system: (json) => {
      for (const [name, value] of Object.entries(JSON.parse(json))) fixed(name, value)
    },
    load: (json) => {
      const data = JSON.parse(json)
      for (const name of Object.keys(data)) globalThis[name] = decode(data[name])
    },
    dump: () => {
      const names = Object.keys(globalThis).filter((name) => !known.has(name))
      return JSON.stringify(Object.fromEntries(names.map((name) => [name, encode(globalThis[name])])))
    },
    set: (name, json) => {
      globalThis[name] = decode(JSON.parse(json))
    },
    encode: (value) => JSON.stringify(encode(value)),
    loop: (value) => {
      if (!Array.isArray(value)) throw new TypeError('foreach needs an array')
      return arrays.push([...value]) && value.length
    },
    turn: (item, index, i) => {
      globalThis[item] = arrays[arrays.length - 1][i]
      if (index !== '') globalThis[index] = i
    },
    end: () => arrays.pop(),
  }
  fixed('\\u0000', bridge)
  const known = new Set(Object.keys(globalThis))
  return bridge
})()`
