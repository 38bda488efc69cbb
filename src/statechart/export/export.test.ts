import { expect, test } from 'vitest'
import {
  and,
  assign,
  cancel,
  defineMachine,
  emit,
  log,
  not,
  raise,
  sendTo,
  setup,
  stateIn,
  toJson,
  toMermaid,
  toScxml,
} from '../index.ts'

const numbered = { type: 'X', n: 1 }
const paid = { type: 'PAID', by: 'ann' }

const order = setup({
  guards: { enough: ({ event }) => 'amount' in event },
  actions: { pay: assign({ paid: true }) },
  effects: { mail: () => 'mail' },
  delays: { soon: 5 },
  actors: { search: 'external' },
}).defineMachine({
  id: 'order',
  version: '2',
  context: { paid: false },
  initial: 'open',
  on: { CANCEL: { target: '.end', actions: 'mail' }, NOTED: undefined },
  states: {
    open: {
      description: 'Waits: for "money"',
      instructions: 'Ask.\nBe kind -- really',
      tools: ['search'],
      entry: log('begun'),
      on: {
        PAY: [{ guard: and(['enough', not(stateIn('work'))]), target: 'work', actions: 'pay' }, { actions: raise(numbered) }],
      },
      after: { soon: 'end' },
    },
    work: {
      type: 'parallel',
      on: { BACK: '.x.two' },
      onDone: 'end',
      states: {
        x: { initial: 'one', states: { one: { on: { GO: 'two', OUT: '#order.end' } }, two: { type: 'final' } } },
        y: {
          initial: 'a',
          states: {
            a: { invoke: { src: 'search', id: 's', onDone: 'b', onError: 'b' } },
            b: { type: 'final' },
            back: { type: 'history', history: 'deep' },
          },
        },
      },
    },
    end: { type: 'final' },
  },
})

test('E2 a machine is drawn with boxes, regions, arrows and notes, and nothing is left out', () => {
  expect(toMermaid(order)).toBe(`stateDiagram-v2
  state "order" as order {
    state "open" as open
    state "work" as work {
      state "x" as work_x {
        state "one" as work_x_one
        state "two" as work_x_two
        work_x_two --> [*]
        [*] --> work_x_one
        work_x_one --> work_x_two : GO
      }
      --
      state "y" as work_y {
        state "a" as work_y_a
        state "b" as work_y_b
        work_y_b --> [*]
        state "H* back" as work_y_back
        [*] --> work_y_a
        work_y_a --> work_y_b : s done
        work_y_a --> work_y_b : s failed
        work_y_back --> work_y_a : default
      }
    }
    state "end" as end_
    end_ --> [*]
    [*] --> open
    open --> work : PAY [enough and not in work] / pay
    open --> end_ : after soon
    work --> end_ : done
  }
  work_x_one --> end_ : OUT
  note right of order
    CANCEL / mail #45;-#62; end
    NOTED / nothing
  end note
  note right of open
    Waits#58; for #34;money#34;
    instructions / Ask.
    Be kind #45;- really
    tools / search
    entry / log
    PAY / raise X
  end note
  note right of work
    BACK #45;-#62; work.x.two
  end note
  note right of work_y_a
    invoke / search as s
  end note
`)
})

test('E3 a definition is written as JSON: built-in actions as data, declared code by its names', () => {
  const json = toJson(order)
  expect(JSON.parse(JSON.stringify(json))).toEqual(json)
  expect(json).toMatchObject({
    id: 'order',
    version: '2',
    context: { paid: false },
    delays: { soon: 5 },
    actors: ['search'],
    code: { guards: ['enough'], actions: ['pay'], effects: ['mail'] },
    on: { CANCEL: { target: '.end', actions: { effect: 'mail' } }, NOTED: null },
    states: {
      open: {
        entry: { log: 'begun' },
        on: {
          PAY: [
            { guard: { and: ['enough', { not: { stateIn: 'work' } }] }, target: 'work', actions: 'pay' },
            { actions: { raise: { type: 'X', n: 1 } } },
          ],
        },
        after: { soon: 'end' },
      },
    },
  })
})

/** The paths a refusal names. */
function refused(write: () => unknown): unknown[] {
  try {
    write()
  } catch (error) {
    return Object(error).details.issues.map(({ path }: { path: string }) => path)
  }
  return []
}

test('E1 what JSON and SCXML have no words for is refused by path, all at once', () => {
  const machine = defineMachine({
    id: 'm',
    context: () => ({}),
    initial: 'a',
    states: {
      a: { entry: [assign(() => ({})), emit({ type: 'E' })], on: { GO: { guard: () => true, target: 'b' } } },
      b: { type: 'final', output: () => 1 },
    },
  })
  expect(refused(() => toJson(machine))).toEqual(['m.a.entry.0.assigner', 'm.a.on.GO.guard', 'm.b.output'])
  expect(refused(() => toScxml(machine))).toEqual(['m.context', 'm.a.entry.0', 'm.a.entry.1', 'm.a.on.GO.guard', 'm.b.output'])
  expect(refused(() => toScxml(order))).toEqual([
    'order.on.CANCEL.actions',
    'order.open.instructions',
    'order.open.tools',
    'order.open.on.PAY.0.guard',
    'order.work.on.BACK.target',
    'order.work.y.a.invoke',
  ])
})

test('E1 what only looks like an expression, and what is no plain JSON, is refused by path', () => {
  const machine = defineMachine({
    id: 'm',
    context: { when: new Date(0), formula: { expr: '1' } },
    initial: 'a',
    states: { a: { meta: { expr: 'only data' }, entry: emit({ type: 'E', big: 1n }) } },
  })
  expect(refused(() => toJson(machine))).toEqual(['m.a.entry.event.big', 'm.context.when', 'm.context.formula'])
})

test('E4 a document has the data model, timers, sends and conditions of the machine, its marks as entities', () => {
  const machine = setup({ guards: { enough: () => true }, actions: { note: assign(() => ({})) } }).defineMachine({
    id: 'm',
    context: { note: 'a < b & "c"' },
    initial: 'a',
    states: {
      a: {
        on: {
          PAY: {
            guard: and(['enough', stateIn('a')]),
            target: 'b',
            actions: ['note', sendTo('shop', paid, { delay: 10, id: 'p' })],
          },
        },
        after: { 500: 'b' },
      },
      b: { entry: cancel('p'), type: 'final' },
    },
  })
  expect(
    toScxml(machine, { guards: { enough: '_event.data.amount > 9' }, actions: { note: 'note = "seen"' } }),
  ).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" datamodel="ecmascript" name="m" initial="a">
  <datamodel>
    <data id="note" expr="&#34;a &#60; b &#38; \\&#34;c\\&#34;&#34;"/>
  </datamodel>
  <state id="a">
    <onentry>
      <send event="after.500.a" id="after.500.a" delay="500ms"/>
    </onentry>
    <onexit>
      <cancel sendid="after.500.a"/>
    </onexit>
    <transition event="PAY" cond="((_event.data.amount &#62; 9) &#38;&#38; (In(&#34;a&#34;)))" target="b">
      <script>note = &#34;seen&#34;</script>
      <send event="PAID" id="p" target="shop" delay="10ms">
        <param name="by" expr="&#34;ann&#34;"/>
      </send>
    </transition>
    <transition event="after.500.a" target="b"/>
  </state>
  <final id="b">
    <onentry>
      <cancel sendid="p"/>
    </onentry>
  </final>
</scxml>
`)
})
