import { seeded } from '../random.ts'

const SOUND = `<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" datamodel="ecmascript" name="m">
<datamodel><data id="n" expr="0"/><data id="list">[1, 2, 3]</data></datamodel>
<state id="a"><onentry><assign location="n" expr="n + 1"/><log expr="n"/></onentry>
<transition event="GO" cond="n &lt; 5" target="b"><send event="NEXT" delay="1s" id="s"/></transition></state>
<parallel id="b"><state id="x"><state id="x1"><transition event="GO" target="x2"/></state><final id="x2"/><history id="h" type="deep"><transition target="x1"/></history></state>
<state id="y"><invoke type="scxml" id="k"><content><scxml version="1.0"><final id="f"/></scxml></content></invoke><final id="y2"><donedata><param name="n" expr="n"/></donedata></final></state>
<transition event="done.state.b" target="c"/></parallel>
<final id="c"/><script>var helper = function (v) { return v }</script></scxml>`

const SCRIPTS = [
  'while (true) {}',
  'for (;;) list.push(list)',
  "var s = 'x'; for (;;) s += s",
  'function f() { f() } f()',
  'Object.prototype.polluted = true',
  'Array.prototype.map = null; JSON.parse = null',
  "this.constructor.constructor('return process')()",
  'throw null',
  'throw { toString: function () { throw 1 } }',
  'n = n.constructor',
  'n = {}; n.n = n',
  "/(a+)+$/.test('aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!')",
  '}); (function () {',
  'In = null; _event = null; _sessionid = 1',
  'Promise.resolve().then(function () { for (;;); })',
  'n = new Proxy({}, { get: function () { for (;;); } })',
  '',
]

const PIECES = [
  '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
  '&a;',
  '&#0;',
  '&#x110000;',
  '<![CDATA[',
  ']]>',
  '<!--',
  '<?xml version="9"?>',
  '<',
  '"',
  '\u0000',
  '\ud800',
  '<state id="a"/>',
  '<transition target="a"/>',
  '<transition event="*" target="b x1 y2 c"/>',
  '<history id="hh"/>',
  '<initial><transition target="c"/></initial>',
  '<data id="__proto__" expr="1"/>',
  '<invoke src="file:///etc/passwd"/>',
  '<script src="http://127.0.0.1/"/>',
  '<foreach array="list" item="i"><foreach array="list" item="j"><raise event="GO"/></foreach></foreach>',
  '<send event="GO" delay="99999999999999999999s"/>',
  '<cancel sendid="s"/>',
  '<x:y xmlns:x="z"/>',
]

type Below = (limit: number) => number

/** A hostile document; the same seed gives the same one. */
export function hostileScxml(seed: number): string {
  const below = seeded(seed)
  if (below(12) === 0) return pick(bombs, below)(below)
  let text = SOUND
  for (let i = below(4); i >= 0; i--) text = spoil(text, below)
  return text
}

function spoil(text: string, below: Below): string {
  const kind = below(6)
  const marks = [...text.matchAll(kind === 0 ? /<[^>]*>/g : kind === 1 ? /"[^"]*"/g : />/g)]
  const mark = marks[below(marks.length)]
  const at = mark?.index ?? 0
  const end = at + (mark?.[0].length ?? 0)
  if (kind === 0) return text.slice(0, at) + text.slice(end)
  if (kind === 1)
    return `${text.slice(0, at)}"${escaped(pick([...SCRIPTS, 'a', 'b', 'c', 'x1', '__proto__', '*'], below))}"${text.slice(end)}`
  if (kind === 2) return text.slice(0, end) + pick(PIECES, below) + text.slice(end)
  if (kind === 3)
    return `${text.slice(0, end)}<onentry><script>${escaped(pick(SCRIPTS, below))}</script></onentry>${text.slice(end)}`
  const where = below(text.length)
  return kind === 4
    ? text.slice(0, where) + text.slice(where + below(40))
    : text.slice(0, where) + pick(PIECES, below) + text.slice(where)
}

const document = (inner: string): string =>
  `<scxml version="1.0" datamodel="ecmascript"><datamodel><data id="n" expr="1"/></datamodel>${inner}</scxml>`

/** Large in one way each. */
const bombs: readonly ((below: Below) => string)[] = [
  (below) => document('<state>'.repeat(1 << below(18))),
  (below) => nested('state', 1 << below(16)),
  (below) => nested('onentry', 1 << below(15)),
  (below) =>
    document(
      `<state id="a"><onentry>${'<if cond="true">'.repeat(1 << below(14))}${'</if>'.repeat(1 << below(14))}</onentry></state>`,
    ),
  (below) => document(`<datamodel><data id="d">${'<x>'.repeat(1 << below(13))}</data></datamodel>`),
  (below) => document(`<datamodel><data id="d">${'['.repeat(1 << below(18))}</data></datamodel>`),
  (below) =>
    document(
      Array.from({ length: 1 << below(14) }, (_, i) => `<state id="s${i}"><transition event="GO" target="s0"/></state>`).join(''),
    ),
  (below) => document(`<state id="${'a'.repeat(1 << below(22))}"/>`),
  (below) =>
    document(
      `<state id="a"><onentry>${`<assign location="n" expr="(function(){for(;;);})()"/>`.repeat(1 << below(8))}</onentry></state>`,
    ),
  () => document('<state id="a"><transition target="b"/></state><state id="b"><transition target="a"/></state>'),
  () => document(`<state id="a"><onentry><script>for(;;);</script></onentry><transition event="error.*" target="a"/></state>`),
  () => document(`<state id="a"><transition cond="(function(){for(;;);})()" target="a"/><transition target="a"/></state>`),
  () => document(`<state id="a"><onentry><script>n = n + '' + n</script></onentry><transition target="a"/></state>`),
]

function nested(name: string, depth: number): string {
  return document(`<${name}>`.repeat(depth) + `</${name}>`.repeat(depth))
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}

function pick<V>(list: readonly V[], below: Below): V {
  return list[below(list.length)] as V
}
