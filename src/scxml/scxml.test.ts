import { setImmediate, setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { diagramOf, encode, initial, type Machine, restore, System, step } from '../statechart/index.ts'
import { loadScxml, type ScxmlEvent, type ScxmlReader, type ScxmlTypes } from './index.ts'

let reader: ScxmlReader
beforeAll(async () => {
  reader = await loadScxml()
})
afterAll(() => reader[Symbol.dispose]())

/** A document of the ECMAScript data model around `inner`. */
const read = (inner: string, attributes = ''): Machine<ScxmlTypes> =>
  reader.read(
    `<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" datamodel="ecmascript" ${attributes}>${inner}</scxml>`,
  )

const begin = (machine: Machine<ScxmlTypes>) => initial(machine, 0, { session: 's' })

/** Where a machine is that runs `script` on entry: `a`, or `e` when that failed; with its values and the error. */
function run(script: string) {
  const { snapshot } = begin(
    read(`<datamodel><data id="x"/><data id="why"/></datamodel>
      <state id="a"><onentry><script>${script}</script></onentry>
        <transition event="error.execution" target="e"><assign location="why" expr="_event.data"/></transition>
      </state><state id="e"/>`),
  )
  return { state: snapshot.states[0], data: snapshot.context.data }
}

test('C3 code that fails while its value is read leaves nothing behind that would keep the sandbox from being freed', async () => {
  const own = await loadScxml()
  const thrower = '({ get a() { throw new Error("no") } })'
  const text = `<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" datamodel="ecmascript">
    <datamodel><data id="x" expr="1"/></datamodel>
    <state id="a"><onentry><log expr='${thrower}'/><foreach array='${thrower}' item="i"/></onentry></state></scxml>`
  const { snapshot } = initial(own.read(text), 0, { session: 's' })
  expect(snapshot.states).toEqual(['a'])
  expect(() => own[Symbol.dispose]()).not.toThrow()
})

test('C1 a document steps like a definition: guards, assignments, sends and the trace', () => {
  const machine = read(`<datamodel><data id="n" expr="1"/></datamodel>
    <state id="a"><transition event="go" cond="_event.data.by &gt; n" target="b">
      <assign location="n" expr="n + _event.data.by"/><send event="later" delay="1.5s" id="l"/></transition></state>
    <state id="b"><transition event="l*" target="a"/><transition event="later" target="c"/></state><final id="c"/>`)
  const { snapshot } = begin(machine)
  expect(step(snapshot, { type: 'go', data: { by: 1 } } as ScxmlEvent, 0).snapshot).toBe(snapshot)
  const gone = step(snapshot, { type: 'go', data: { by: 2 } } as ScxmlEvent, 100)
  expect(gone.snapshot).toMatchObject({ states: ['b'], context: { data: { n: 3 } } })
  expect(gone.effects).toMatchObject([{ type: 'send', target: 'self', id: 'l', at: 1600, event: { type: 'later' } }])
  expect(gone.trace).toEqual([{ transitions: ['a --go.*--> b'], exited: ['a'], entered: ['b'] }])
  expect(step(gone.snapshot, { type: 'later.on' }, 0).snapshot.status).toBe('done')
})

describe('C2 refused by name and line', () => {
  test.each([
    ['an unknown target', '<state id="a">\n<transition target="z"/></state>', [['line 2', 'there is no state z']]],
    [
      'two at once',
      '<state id="a"/><state id="a"/><bogus/>',
      [
        ['line 1', 'the id a is used twice'],
        ['line 1', '<bogus> is not known'],
      ],
    ],
    [
      'unknown content',
      '<state id="a"><onentry><jump/></onentry></state>',
      [['line 1', 'executable content <jump> is not known']],
    ],
    ['a script that is not there', '<script src="file:x.js"/><state id="a"/>', [['line 1', 'there is no file file:x.js']]],
  ])('C2 %s', (_, inner, issues) => {
    const expected = issues.map(([path, message]) => ({ path, message }))
    expect(() => read(inner)).toThrow(expect.objectContaining({ code: 'invalid', details: { path: 'scxml', issues: expected } }))
  })

  test('C2 another data model', () => {
    expect(() => reader.read('<scxml datamodel="xpath"><state id="a"/></scxml>')).toThrow(/the data model xpath is not known/)
  })

  test.each([
    ['document types and their entities', '<!DOCTYPE scxml [<!ENTITY a "aaaa">]><scxml/>'],
    ['entities out of nowhere', '<scxml>&a;</scxml>'],
    ['what is not well-formed', '<scxml><state></scxml>'],
  ])('C2 %s', (_, text) => {
    expect(() => reader.read(text)).toThrow(expect.objectContaining({ code: 'invalid' }))
  })
})

describe('C3 code is kept in its place', () => {
  test.each(['process', 'require', 'fetch', 'import("node:fs")', 'globalThis.constructor.constructor("return process")()'])(
    'C3 %s is out of reach',
    (code) => {
      const { data } = run(`x = typeof (${code})`)
      expect(['undefined', 'object', null]).toContain(Object(data.x).$undefined === undefined ? data.x : 'undefined')
      expect(JSON.stringify(data)).not.toContain('versions')
    },
  )

  test.each([
    ['time', 'while (true);'],
    ['memory', 'x = "x".repeat(2e8)'],
    ['memory taken in small steps', 'x = []; for (;;) x.push([1.5])'],
    ['stack', '(function f() { return f() + 1 })()'],
  ])('C3 %s is bounded, and other documents go on', async (_, code) => {
    expect(run(code).state).toBe('e')
    // A new engine is made meanwhile.
    await setImmediate()
    await setTimeout(20)
    expect(run('x = 1').data.x).toBe(1)
  })

  test('C3 where memory ran out twice at once, a step ends as unavailable instead of failing for ever', async () => {
    const eat = 'x = "x".repeat(2e8)'
    const waits = read('<state id="a"><transition cond="1 &gt; 0" target="b"/></state><state id="b"/>')
    const refused = expect.objectContaining({ code: 'unavailable' })
    expect(() => {
      for (let i = 0; i < 3; i++) run(eat)
    }).toThrow(refused)
    expect(() => begin(waits)).toThrow(refused)
    await setImmediate()
    await setTimeout(20)
    expect(begin(waits).snapshot.states).toEqual(['b'])
  })

  test('C3 an error says where it happened', () => {
    expect(run('undefinedFunction()').data.why).toMatchObject({
      tagname: 'script',
      line: 2,
      reason: expect.stringContaining('undefinedFunction'),
    })
  })
})

test('C4 a session is stored and goes on as if nothing had happened', () => {
  const machine = read(`<script>function twice(n) { return 2 * n }</script>
    <datamodel><data id="when" expr="new Date(5)"/><data id="none"/><data id="f" expr="n => n + 1"/>
    <data id="books"><books><book title="t1"/></books></data><data id="out"/></datamodel>
    <state id="a"><transition event="go"><assign location="out"
      expr="[when.getTime(), typeof none, f(1), twice(2), books.getElementsByTagName('book')[0].getAttribute('title')]"/></transition></state>`)
  const { snapshot } = begin(machine)
  const back = restore(machine, JSON.parse(JSON.stringify(encode(snapshot))))
  for (const one of [snapshot, back]) {
    expect(step(one, { type: 'go' }, 0).snapshot.context.data.out).toEqual([5, 'undefined', 2, 4, 't1'])
  }
})

test('C5 sessions of one reader do not see each other, and one snapshot can be stepped twice', () => {
  const machine = read(
    '<datamodel><data id="n" expr="0"/></datamodel><state id="a"><transition event="go"><assign location="n" expr="n + 1"/></transition></state>',
  )
  const [one, other] = [begin(machine).snapshot, begin(machine).snapshot]
  const stepped = step(step(one, { type: 'go' }, 0).snapshot, { type: 'go' }, 0).snapshot
  expect(stepped.context.data).toEqual({ n: 2 })
  expect(step(other, { type: 'go' }, 0).snapshot.context.data).toEqual({ n: 1 })
  expect(step(one, { type: 'go' }, 0).snapshot.context.data).toEqual({ n: 1 })
})

test('C6 a child document talks with its parent, and its end is told', () => {
  const child =
    '<scxml version="1.0" datamodel="ecmascript"><datamodel><data id="n"/></datamodel><final id="f"><donedata><param name="sum" expr="n + 1"/></donedata></final></scxml>'
  const machine = read(`<datamodel><data id="n" expr="41"/><data id="sum"/></datamodel>
    <state id="a"><invoke id="c"><param name="n" expr="n"/><content>${child}</content></invoke>
    <transition event="done.invoke.c" target="b"><assign location="sum" expr="_event.data.sum"/></transition></state><state id="b"/>`)
  const system = new System({
    start: ({ input }, id) => {
      const { document = '', given } = Object(input)
      return { machine: reader.read(document), input: { session: id, given } }
    },
  })
  const actor = system.start(machine, 'root', { session: 'root' })
  expect(actor.snapshot).toMatchObject({ states: ['b'], context: { data: { sum: 42 } } })
})

test('C1 a diagram of a document calls guards, content and children as the document writes them', () => {
  const { root, transitions } = diagramOf(
    read(`<state id="a"><onentry><log label="in"/></onentry><invoke id="child" src="child.scxml"/>
      <transition event="go" cond="n &gt; 1" target="b"><assign location="n" expr="0"/><raise event="gone"/></transition></state>
      <final id="b"/>`),
  )
  expect(root.children.find(({ id }) => id === 'a')).toMatchObject({
    entry: ['log in'],
    invokes: [{ id: 'child', src: 'child.scxml' }],
  })
  expect(transitions.find(({ source }) => source === 'a')).toMatchObject({
    trigger: 'go.*',
    guard: 'n > 1',
    actions: ['assign n', 'raise gone'],
  })
})

test('C3 the code of one step has a budget, whatever takes error.execution; the session goes on as it was', () => {
  const { snapshot } = begin(
    read(`<datamodel><data id="n" expr="1"/></datamodel>
      <state id="a"><transition event="spin" target="b"/><transition event="go" cond="n === 1" target="c"/></state>
      <state id="b"><onentry><script>n = 2; for (;;);</script></onentry><transition event="error.*" target="b"/></state><state id="c"/>`),
  )
  expect(() => step(snapshot, { type: 'spin' }, 0)).toThrow(expect.objectContaining({ code: 'too_large' }))
  expect(step(snapshot, { type: 'go' }, 0).snapshot.states).toEqual(['c'])
})

test.each([
  ['nested', '<state>'.repeat(300)],
  ['long', ' '.repeat(9_000_000)],
])('C7 a document that is too %s is refused with the line', (_, inner) => {
  expect(() => read(`\n${inner}`)).toThrow(
    expect.objectContaining({ code: 'too_large', details: expect.objectContaining({ path: expect.stringMatching(/^line/) }) }),
  )
})
