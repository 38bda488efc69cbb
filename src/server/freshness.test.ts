import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { open } from '../index.ts'
import { createServer } from './index.ts'
import { Site } from './site.testing.ts'

/** Two nodes on one store. */
async function nodes(): Promise<readonly [Site, Site]> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-fresh-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const node = async (): Promise<Site> => {
    const hf = await open(`file:${join(folder, 'shared.db')}`, { worker: false })
    const server = createServer(hf, { console: null })
    onTestFinished(async () => {
      await server.close({ drainMs: 100 })
      await hf.close()
    })
    return new Site(hf, server)
  }
  return [await node(), await node()]
}

it('H43 a session and a variable are as fresh as the request says', async () => {
  const [one, two] = await nodes()
  await one.make('s', { state: { n: 1 } })
  const n = async (query: string): Promise<unknown> => (await two.get(`/v1/sessions/s/variables/n${query}`)).body.value
  expect((await two.get('/v1/sessions/s')).body).toMatchObject({ state: { n: 1 } })
  await one.write('PUT', '/v1/sessions/s/variables/n', { value: 2 })
  expect(await n('?freshness=cached')).toBe(1)
  expect(await n('?freshness=600000')).toBe(1)
  expect((await two.get('/v1/sessions/s?freshness=cached')).headers.get('etag')).toBe('"1"')
  // Whoever wrote knows the revision: another node answers with no less.
  expect(await n('?freshness=cached&revision=2')).toBe(2)
  await one.write('PUT', '/v1/sessions/s/variables/n', { value: 3 })
  expect((await two.get('/v1/sessions/s?freshness=cached&revision=3')).body).toMatchObject({ revision: 3, state: { n: 3 } })
  expect(await n('?freshness=strong')).toBe(3)
})

it('H43 a revision that is not there is 404 and says where the session stands; anything else asked for is 400', async () => {
  const [one] = await nodes()
  await one.make('s', { user: 'u', state: { n: 1 } })
  for (const path of ['/v1/sessions/s', '/v1/sessions/s/variables/n', '/v1/sessions/s/variables/user:n']) {
    const { status, body } = await one.get(`${path}?revision=7`)
    expect([path, status, body.detail]).toEqual([path, 404, expect.stringContaining('stands at revision 1')])
    expect((await one.get(`${path}?freshness=soon`)).body).toMatchObject({ code: 'invalid', path: 'freshness' })
  }
})
