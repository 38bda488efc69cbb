import { compareUtf8 } from '../../core/index.ts'
import type { EntityRow, TermQuery, TermWrite } from '../engine.ts'
import { type Data, type Entity, entityByNum } from './data.ts'

/** Replaces all values of one term name. */
export function writeTerms(data: Data, entity: Entity, { name, values, subject }: TermWrite): void {
  const old = []
  for (const term of entity.terms.from({ name, value: '' })) {
    if (term.name !== name) break
    old.push(term)
  }
  for (const term of old) {
    entity.terms.delete(term)
    data.terms.delete(indexed(entity, term))
  }
  for (const value of values) {
    entity.terms.set({ name, value, subject })
    data.terms.set(indexed(entity, { name, value }))
  }
}

export function removeTerms(data: Data, entity: Entity): void {
  for (const term of entity.terms) data.terms.delete(indexed(entity, term))
  entity.terms.clear()
}

export function findByTerm(data: Data, query: TermQuery): (EntityRow & { readonly value: string })[] {
  const { tenant, kind, name, value, after, limit } = query
  const range = typeof value === 'string' ? { from: value, to: undefined } : value
  const resumes = after !== undefined && compareUtf8(after.value, range.from) >= 0
  const first = resumes ? { value: after.value, num: after.num + 1 } : { value: range.from, num: 0 }
  const found: (EntityRow & { readonly value: string })[] = []
  for (const term of data.terms.from({ tenant, kind, name, ...first })) {
    const same = term.tenant === tenant && term.kind === kind && term.name === name
    const within =
      typeof value === 'string' ? term.value === value : range.to === undefined || compareUtf8(term.value, range.to) < 0
    if (!same || !within || found.length >= limit) break
    const entity = entityByNum(data, term.num)
    if (entity !== undefined) found.push({ ...entity.row, value: term.value })
  }
  return found
}

function indexed({ row: { tenant, kind, num } }: Entity, { name, value }: { readonly name: string; readonly value: string }) {
  return { tenant, kind, name, value, num }
}
