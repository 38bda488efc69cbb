import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PostgresServer } from '../../src/store/postgres/server.testing.ts'
import { Served } from '../../test/processes/served.ts'
import { violations } from './axe.testing.ts'
import { chromiumPath, openBrowser, whyNot } from './browser.testing.ts'
import { build } from './workspace.testing.ts'

const LEASE_MS = 3000

describe.skipIf(!chromiumPath)(`nodes${chromiumPath ? '' : ` (${whyNot})`}`, () => {
  const served: Served[] = []
  let database: PostgresServer
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    build()
    database = await PostgresServer.start()
    browser = await openBrowser()
    for (let i = 0; i < 3; i++) served.push(await Served.start(database.url(), { lease: LEASE_MS }))
    page = await browser.newPage({ viewport: { width: 1600, height: 1000 }, reducedMotion: 'reduce' })
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    for (const each of served) await each.end('SIGKILL')
    await database?.stop()
  })

  const row = (node: Served | undefined) => page.locator('tbody tr', { hasText: String(node?.pid) })

  test('any node shows all that work on the database, and which of them answers', async () => {
    const [one, two] = served
    await page.goto(`${one?.url}/nodes`)
    await page.getByRole('heading', { level: 2, name: '3 nodes', exact: true }).waitFor()
    for (const each of served) {
      await row(each).getByText('up', { exact: true }).waitFor()
      expect(await row(each).textContent()).toContain(each.url)
    }
    await row(one).getByText('answers you').first().waitFor()
    expect(await row(two).getByText('answers you').count()).toBe(0)
    expect(await violations(page)).toEqual([])
  })

  test('it is seen, without a reload, that one dies and another ends in order', async () => {
    const [, two, three] = served
    await page.evaluate(() => document.body.setAttribute('data-same', 'yes'))
    await two?.end('SIGKILL')
    expect(await three?.end('SIGTERM')).toBe(0)
    await row(two).getByText('dead', { exact: true }).waitFor({ timeout: 15_000 })
    await row(three).waitFor({ state: 'detached' })
    await page.getByRole('heading', { level: 2, name: '2 nodes, 1 dead' }).waitFor()
    expect(await page.locator('body').getAttribute('data-same')).toBe('yes')
    expect(await violations(page)).toEqual([])
  })

  test('what is shown grows old where it is seen, and says so, when the server that told it is gone', async () => {
    await served[0]?.end('SIGKILL')
    await page.getByText('What you see is old').waitFor({ timeout: 30_000 })
    await row(served[0]).getByText('unknown', { exact: true }).waitFor()
    await row(served[0])
      .locator('time', { hasText: /\d+ s ago/ })
      .waitFor()
  }, 40_000)
})
