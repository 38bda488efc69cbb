import { expect, test } from 'vitest'
import { withoutPassword } from './url.ts'

test.each([
  ['postgres://ann:secret@host:5432/db?schema=a', 'postgres://ann:***@host:5432/db?schema=a'],
  ['postgres://ann:se@cr:et@host/db', 'postgres://ann:***@host/db'],
  ['postgres:secret@host/db', 'postgres:***@host/db'],
  ['postgres://host/db?user=ann&password=secret&schema=a', 'postgres://host/db?user=ann&password=***&schema=a'],
  ['postgres://ann@one:5432,two:5432/db', 'postgres://ann@one:5432,two:5432/db'],
  ['file:/home/ann@work/agent.db', 'file:/home/ann@work/agent.db'],
  ['memory:', 'memory:'],
])('%s is shown without its password', (url, shown) => {
  expect(withoutPassword(url)).toBe(shown)
})
