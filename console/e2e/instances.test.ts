import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { violations } from './axe.testing.ts'
import { chromiumPath, openBrowser, whyNot } from './browser.testing.ts'
import { build, Workspace } from './workspace.testing.ts'

const themes = ['dark', 'light'] as const
const widths = [390, 1024, 1600] as const
const views = themes.flatMap((theme) => widths.map((width) => ({ theme, width })))
const parcel = 'support/order-1123/parcel'
const lit = (state: string) => `[data-state="${state}"][data-alive]`

describe.skipIf(!chromiumPath)(`instances${chromiumPath ? '' : ` (${whyNot})`}`, () => {
  const workspace = new Workspace()
  let browser: Browser

  beforeAll(async () => {
    build()
    await workspace.start()
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await workspace.close()
  })

  /** A page in a window of its own, once what is expected on it is there. */
  async function open(address: string, expected: string, { theme, width } = { theme: 'dark', width: 1600 }): Promise<Page> {
    const viewport = { width, height: width === 390 ? 844 : 1000 }
    const colorScheme = theme === 'dark' ? 'dark' : 'light'
    const context = await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce' })
    const page = await context.newPage()
    await page.goto(workspace.url + address)
    await page.locator(expected).first().waitFor()
    return page
  }

  const addressOf = (id: string, search = '') => `/instances/${encodeURIComponent(id)}${search}`

  /** Events as a program sends them. */
  async function send(id: string, event: { readonly type: string }): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const path = `${workspace.url}/v1/instances/${encodeURIComponent(id)}/events`
    const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(event) })
    if (!response.ok) throw new Error(await response.text())
  }

  test.each(views)(
    'axe finds nothing, and pages fit: $theme, $width px',
    async (view) => {
      const pages = [
        ['/instances', 'tbody tr'],
        ['/instances?machine=nothing', '.empty'],
        [addressOf(parcel), lit('travelling')],
        [addressOf('support/order-1123/agent', '?state=session.execution.running'), lit('session.execution.running')],
        [addressOf('support/order-1101/parcel'), lit('delivered')],
        [addressOf(parcel, '?at=2&tab=context'), '[role="tree"]'],
        [addressOf(parcel, '?tab=steps'), '.moment b'],
        [addressOf('no/such'), '.notice'],
        ['/statecharts/support-agent?tab=findings', '.findings li'],
        ['/statecharts/parcel?tab=coverage', '.coverage tbody tr'],
      ] as const
      for (const [address, expected] of pages) {
        const page = await open(address, expected, view)
        expect([address, await violations(page)]).toEqual([address, []])
        expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
        await page.context().close()
      }
    },
    120_000,
  )

  test.each(themes)('what opens above an instance is as accessible: %s', async (theme) => {
    const page = await open(addressOf(parcel), lit('travelling'), { theme, width: 1024 })
    for (const name of ['DELIVERED', 'Another event…', 'Stop…', /^Fork from/]) {
      await page.getByRole('button', { name, exact: true }).click()
      await page.getByRole('dialog').waitFor()
      expect(await violations(page)).toEqual([])
      await page.keyboard.press('Escape')
    }
    await page.context().close()
  })

  test('an instance is found, and moved with the keyboard alone', async () => {
    await send(parcel, { type: 'SCANNED' })
    const page = await open('/instances?session=support/order-1123', 'tbody tr')
    await page.getByRole('link', { name: 'parcel' }).first().focus()
    await page.keyboard.press('Enter')
    await page.locator(lit('travelling')).waitFor()
    const button = page.getByRole('button', { name: 'DELIVERED', exact: true })
    await button.focus()
    await page.keyboard.press('Enter')
    await expect.poll(() => page.getByRole('dialog').textContent()).toContain('travelling → delivered')
    await page.keyboard.press('Enter')
    await page.locator(lit('delivered')).waitFor()
    expect(await page.locator(lit('travelling')).count()).toBe(0)
    await page.getByText('done', { exact: true }).waitFor()
    expect(await button.count()).toBe(0)
    await page.context().close()
  })

  test('time is travelled, and a fork begins there and runs nothing by itself', async () => {
    const page = await open(addressOf(parcel, '?at=1'), lit('packed'))
    await page.getByText('You are looking at v1').waitFor()
    await page.keyboard.press('ArrowRight')
    await page.locator(lit('travelling')).waitFor()
    expect(page.url()).toContain('at=2')
    await page.getByRole('button', { name: 'Fork from v2' }).click()
    await page.getByRole('textbox', { name: 'Name of the fork' }).fill('tried')
    await page.getByRole('button', { name: 'Fork', exact: true }).click()
    await page.waitForURL(/support%2Forder-1123%2Ftried/)
    await page.locator(lit('travelling')).waitFor()
    const { context, timers } = await workspace.read<{ context: object; timers: unknown[] }>(
      '/v1/instances/support%2Forder-1123%2Ftried',
    )
    expect([context, timers]).toEqual([{ order: '1123', scans: 0 }, []])
    await page.context().close()
  })

  test('what others do is seen as it happens, also after the server was killed and started again', async () => {
    const id = 'support/order-1077/agent'
    const page = await open(addressOf(id), lit('session.execution.awaitingApproval'))
    await send(id, { type: 'rejected' })
    await page.locator(lit('session.execution.compensating')).waitFor()
    await page.locator('.arrow[data-mark="last"]').first().waitFor({ state: 'attached' })
    await workspace.kill()
    await page.getByText('reconnecting').waitFor()
    await workspace.start()
    await send(id, { type: 'undone' })
    await page.locator(lit('session.execution.settled')).waitFor({ timeout: 20_000 })
    await page.context().close()
  }, 60_000)

  test('an event that cannot be taken is told as what it is, and a refusal shows nothing as done', async () => {
    const id = 'support/order-1123/agent'
    const page = await open(addressOf(id), lit('session.execution.running'))
    await page.getByRole('button', { name: 'Another event…' }).click()
    await page.getByRole('textbox', { name: 'Type of the event' }).fill('done.invoke.x')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByRole('dialog').getByRole('alert').waitFor()
    await page.getByRole('textbox', { name: 'Type of the event' }).fill('nobody.waits')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByText(/Nothing takes nobody.waits now/).waitFor()
    await page.locator(lit('session.execution.running')).waitFor()
    await page.context().close()
  })

  test('a machine is stopped only after it was said what ends with it', async () => {
    const id = 'support/order-1123/agent'
    const page = await open(addressOf(id), lit('session.execution.running'))
    await page.getByRole('button', { name: 'Stop…' }).click()
    await expect.poll(() => page.getByRole('dialog').textContent()).toContain('callTool')
    await page.getByRole('button', { name: 'Stop it' }).click()
    await page.getByText('stopped', { exact: true }).waitFor()
    expect(await page.getByRole('button', { name: 'Another event…' }).count()).toBe(0)
    await page.context().close()
  })
})
