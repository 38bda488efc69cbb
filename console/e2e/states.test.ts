import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { violations } from './axe.testing.ts'
import { chromiumPath, openBrowser, whyNot } from './browser.testing.ts'
import { brokenStore, emptyStore, fullStore } from './fixture.testing.ts'
import { standIn } from './stand-in.testing.ts'
import { build } from './workspace.testing.ts'

const themes = ['dark', 'light'] as const
const widths = [390, 1024, 1600] as const
const coming = ['workflows', 'memory', 'profiles', 'agents', 'resources', 'checkpoints', 'audit', 'operations', 'access']
const addresses = {
  full: [
    '/overview',
    '/sessions',
    '/sessions/ses_8f2k',
    '/sessions/ses_8f2k?at=44&from=41',
    '/sessions/ses_8f2k?tab=conversation',
    '/sessions/ses_8f2k?tab=conversation&conversation=review',
    '/sessions/ses_8f2k?tab=timeline',
    '/sessions/ses_8f2k?tab=context',
    '/sessions/ses_8f2k?tab=log',
    '/statecharts',
    '/approvals',
    '/runs',
    '/runs/ses_8f2k%2Frefund.m1',
    '/runs/ses_8f2k%2Frefund.m1?tab=stream',
    '/runs/ses_8f2k%2Fanswer.m2',
    '/nodes',
    '/nowhere',
    ...coming.map((name) => `/${name}`),
  ],
  empty: [
    '/overview',
    '/sessions',
    '/sessions?prefix=x',
    '/sessions/ses_none',
    '/statecharts',
    '/statecharts/none',
    '/nodes',
    '/approvals',
    '/runs',
    '/runs/none',
  ],
  broken: [
    '/overview',
    '/sessions',
    '/sessions/ses_8f2k',
    '/statecharts',
    '/statecharts/support-agent',
    '/nodes',
    '/approvals',
    '/runs',
    '/runs/none',
  ],
}

describe.skipIf(!chromiumPath)(`every state of every page${chromiumPath ? '' : ` (${whyNot})`}`, () => {
  let browser: Browser
  const servers: Partial<Record<keyof typeof addresses, Awaited<ReturnType<typeof standIn>>>> = {}

  beforeAll(async () => {
    build()
    browser = await openBrowser()
    servers.full = await standIn(fullStore(100_000))
    servers.empty = await standIn(emptyStore)
    servers.broken = await standIn(brokenStore)
  })
  afterAll(async () => {
    await browser?.close()
    for (const server of Object.values(servers)) server.close()
  })

  const cases = themes.flatMap((theme) =>
    widths.flatMap((width) => (['full', 'empty', 'broken'] as const).map((store) => ({ theme, width, store }))),
  )
  test.each(cases)(
    'axe finds nothing: $store store, $theme, $width px',
    async ({ theme, width, store }) => {
      const context = await browser.newContext({ colorScheme: theme, viewport: { width, height: 844 }, reducedMotion: 'reduce' })
      const page = await context.newPage()
      const found: string[] = []
      for (const address of addresses[store]) {
        await page.goto(`${servers[store]?.url}${address}`)
        await settled(page)
        found.push(...(await violations(page)).map((each) => `${address}: ${each}`))
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${address} fits`).toBe(true)
      }
      await context.close()
      expect(found).toEqual([])
    },
    120_000,
  )

  test.each(themes)(
    'axe finds nothing in what opens above a page: %s',
    async (theme) => {
      const context = await browser.newContext({
        colorScheme: theme,
        viewport: { width: 1024, height: 844 },
        reducedMotion: 'reduce',
      })
      const page = await context.newPage()
      await page.goto(`${servers.full?.url}/sessions/ses_8f2k?at=43`)
      await settled(page)
      const found: string[] = []
      for (const open of [
        () => page.keyboard.press('Control+k'),
        () => page.keyboard.press('?'),
        () => page.getByRole('button', { name: 'Fork from v43' }).click(),
      ]) {
        await open()
        await page.getByRole('dialog').waitFor()
        await page.waitForTimeout(300)
        found.push(...(await violations(page)))
        await page.keyboard.press('Escape')
        await page.getByRole('dialog').waitFor({ state: 'detached' })
      }
      await context.close()
      expect(found).toEqual([])
    },
    60_000,
  )

  const unfoldings: readonly (readonly [string, (page: Page) => Promise<void>])[] = [
    [
      '/sessions/ses_8f2k?tab=context',
      async (page) => {
        await page.getByText('The ranking of 5 variables').click()
        await page.getByRole('table').waitFor()
      },
    ],
    [
      '/sessions/ses_8f2k?path=notes',
      async (page) => {
        await page.getByRole('treeitem', { name: /^notes/, expanded: false }).click()
        await page.getByRole('tree').press('End')
        await page.getByRole('treeitem', { name: /^Show more: 4,000 of/ }).waitFor()
      },
    ],
    [
      '/sessions?status=open',
      async (page) => {
        const filters = page.getByRole('button', { name: /^Filters/ })
        if (await filters.isVisible()) await filters.click()
        await page.getByRole('combobox', { name: 'Status' }).waitFor()
      },
    ],
    [
      '/overview',
      async (page) => {
        await page.getByRole('button', { name: 'Cancel effect eff_81' }).click()
        await page.getByRole('dialog', { name: 'Cancel this effect' }).waitFor()
      },
    ],
  ]
  const unfolded = themes.flatMap((theme) => widths.map((width) => ({ theme, width })))
  test.each(unfolded)('axe finds nothing in what unfolds: $theme, $width px', async ({ theme, width }) => {
    const context = await browser.newContext({ colorScheme: theme, viewport: { width, height: 844 }, reducedMotion: 'reduce' })
    const page = await context.newPage()
    const found: string[] = []
    for (const [address, unfold] of unfoldings) {
      await page.goto(`${servers.full?.url}${address}`)
      await settled(page)
      await unfold(page)
      found.push(...(await violations(page)).map((each) => `${address}: ${each}`))
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${address} fits`).toBe(true)
    }
    await context.close()
    expect(found).toEqual([])
  })

  test('of a run of 12,480 steps those on screen are drawn, the last as soon as it is asked for', async () => {
    const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } })
    await page.goto(`${servers.full?.url}/runs/ses_8f2k%2Fanswer.m3`)
    const steps = page.getByRole('treeitem')
    await steps.first().click()
    expect(await steps.count()).toBeLessThan(120)
    await page.getByRole('tree', { name: 'Steps' }).press('End')
    await page.getByRole('treeitem', { name: /^word#12480/, selected: true }).click()
    await page.getByRole('treeitem', { name: /number: 12479/ }).waitFor()
    expect(await steps.count()).toBeLessThan(120)
    await page.close()
  })

  test('a list of 100,000 mounts as fast as one of 10,000', async () => {
    const small = await standIn(fullStore(10_000))
    const page = await browser.newPage()
    const mount = async (url: string | undefined) => {
      await page.goto(`${url}/sessions`)
      await page.locator('[role=row] a').first().waitFor()
      return page.evaluate(() => performance.now())
    }
    const times = { small: [] as number[], large: [] as number[] }
    for (let round = 0; round < 7; round++) {
      times.small.push(await mount(small.url))
      times.large.push(await mount(servers.full?.url))
    }
    await page.close()
    small.close()
    const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[3] ?? 0
    console.log(`mount: 10,000 in ${median(times.small).toFixed(0)} ms, 100,000 in ${median(times.large).toFixed(0)} ms`)
    expect(median(times.large) / median(times.small)).toBeLessThanOrEqual(1.2)
  }, 60_000)
})

async function settled(page: Page): Promise<void> {
  await page.locator('.bones').first().waitFor({ state: 'detached' })
  await page.waitForTimeout(150)
}
