import { expect, it } from 'vitest'
import type { Json } from '../core/index.ts'
import { compileSchema } from './json-schema.ts'
import { Report } from './report.ts'

const pathsOf = (schema: Json, value: unknown): string[] => {
  const report = new Report()
  const check = compileSchema(schema, [], report)
  expect(report.isEmpty).toBe(true)
  return check(value, 'v').map(({ path }) => path)
}

const person = {
  type: 'object',
  title: 'A person',
  properties: { name: { type: 'string', minLength: 1 }, age: { type: ['integer', 'null'], minimum: 0 } },
  required: ['name', 'id'],
  additionalProperties: { type: 'number' },
}

it.each<[Json, unknown, string[]]>([
  [true, () => 1, []],
  [false, null, ['v']],
  [{ description: 'anything' }, { a: [1] }, []],
  [person, { name: 'Ann', id: 1, age: null }, []],
  [person, { name: '', age: 1.5, other: 'x', id: 0 }, ['v.name', 'v.age', 'v.other']],
  [person, { name: 'Ann' }, ['v.id']],
  [person, [], ['v']],
  [{ type: 'object', required: ['a'] }, {}, ['v.a']],
  [{ type: 'object', properties: { a: {} }, required: ['a'] }, {}, ['v.a']],
  [{ type: 'object', properties: { a: {} }, required: ['a'] }, { a: [null] }, []],
  [{ type: 'object', required: ['a'], additionalProperties: false }, { a: 1 }, ['v.a']],
  [{ type: 'object', additionalProperties: false, properties: {} }, { a: 1 }, ['v']],
  [{ type: 'object', properties: { a: { type: 'string', default: 'x' } }, required: ['a'] }, {}, ['v.a']],
  [{ type: 'object', minProperties: 1 }, {}, ['v']],
  [{ type: 'array', items: { type: 'array', items: { type: 'integer' } } }, [[1], [2, 2.5]], ['v[1][1]']],
  [
    { type: 'array', uniqueItems: true },
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    ['v[1]'],
  ],
  [{ type: 'array', maxItems: 1 }, [1, 2], ['v']],
  [{ type: 'number', multipleOf: 0.1 }, 0.3, []],
  [{ type: 'number', exclusiveMaximum: 3 }, 3, ['v']],
  [{ type: 'string', format: 'email' }, 'no address', []],
  [{ const: 1 }, 1, []],
  [{ const: 1 }, '1', ['v']],
  [{ const: null }, null, []],
  [{ type: 'string', enum: ['a', 'b', null] }, 'c', ['v']],
  [{ enum: [1, 'a', null, true] }, true, []],
  [{ anyOf: [{ type: 'string' }, { type: 'number' }] }, true, ['v']],
  [
    {
      oneOf: [
        { type: 'number', minimum: 1 },
        { type: 'number', maximum: 3 },
      ],
    },
    2,
    ['v'],
  ],
  [
    {
      oneOf: [
        { type: 'number', minimum: 1 },
        { type: 'number', maximum: 3 },
      ],
    },
    4,
    [],
  ],
  [
    {
      allOf: [
        { type: 'object', properties: { a: { type: 'string' } } },
        { type: 'object', required: ['b'] },
      ],
    },
    { a: 1 },
    ['v.a', 'v.b'],
  ],
  [{ type: ['string', 'null'], maxLength: 2 }, 'abc', ['v']],
])('J11 %j checks %j', (schema, value, paths) => {
  expect(pathsOf(schema, value)).toEqual(paths)
})

it('J11 values are checked, never changed', () => {
  const schema: Json = { type: 'object', properties: { a: { type: 'number', default: 5 } } }
  const value = Object.freeze({ b: Object.freeze([1]) })
  expect(pathsOf(schema, value)).toEqual([])
})

it.each<[Json, string]>([
  [{ type: 'string', pattern: '(a+)+$' }, 'pattern'],
  [{ $ref: '#' }, '$ref'],
  [{ type: 'object', properties: { a: true }, $defs: {} }, '$defs'],
  [{ type: 'object', properties: { a: { if: true } } }, 'properties.a.if'],
  [{ type: 'object', patternProperties: {} }, 'patternProperties'],
  [{ type: 'string', minimum: 1 }, 'minimum'],
  [{ type: 'text' }, 'type'],
  [{ type: ['string', 'text'] }, 'type'],
  [{ type: 'object', required: 'a' }, 'required'],
  [{ type: 'object', properties: [] }, 'properties'],
  [{ type: 'array', minItems: -1 }, 'minItems'],
  [{ type: 'number', multipleOf: 0 }, 'multipleOf'],
  [{ anyOf: [] }, 'anyOf'],
  [{ anyOf: [{ type: 'string' }], type: 'string' }, 'type'],
  [{ enum: [{ a: 1 }] }, ''],
  [{ const: [1] }, ''],
  ['string', ''],
])('J11 refuses %j by name', (schema, path) => {
  const issues: string[] = []
  class Seen extends Report {
    override add(at: readonly (string | number)[]): void {
      issues.push(at.join('.'))
    }
  }
  compileSchema(schema, [], new Seen())
  expect(issues[0]).toBe(path)
})
