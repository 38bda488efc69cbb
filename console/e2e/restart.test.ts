import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser, whyNot } from './browser.testing.ts'
import { build, Workspace } from './workspace.testing.ts'

describe.skipIf(!chromiumPath)(`a server that comes and goes${chromiumPath ? '' : ` (${whyNot})`}`, () => {
  const workspace = new Workspace()
  let browser: Browser
  let context: BrowserContext

  beforeAll(async () => {
    build()
    await workspace.start()
    browser = await openBrowser()
    context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, reducedMotion: 'reduce' })
  })
  afterAll(async () => {
    await browser?.close()
    await workspace.close()
  })

  test('a page outlives a killed server and shows what happened since', async () => {
    const page = await context.newPage()
    await page.goto(workspace.session('support/order-1077'))
    const pill = page.getByRole('banner').getByRole('status')
    await pill.filter({ hasText: 'live' }).waitFor()
    await page.evaluate(() => document.body.setAttribute('data-same', 'yes'))
    await workspace.kill()
    await pill.filter({ hasText: 'reconnecting' }).waitFor()
    await workspace.start()
    await workspace.write('support/order-1077', { attempts: 7 }, 'after.restart')
    await pill.filter({ hasText: 'live' }).waitFor()
    await page.locator('.card.alive', { hasText: 'after.restart' }).waitFor()
    await workspace.write('support/order-1077', { attempts: 8 }, 'and.on')
    await page.locator('.card.alive', { hasText: 'and.on' }).waitFor()
    expect(await page.locator('body').getAttribute('data-same')).toBe('yes')
    await page.close()
  })

  test('all tabs share one stream, and it moves on when its tab closes', async () => {
    const first = await context.newPage()
    await first.goto(`${workspace.url}/sessions`)
    await first.getByRole('status').filter({ hasText: 'live' }).waitFor()
    const second = await context.newPage()
    await second.goto(workspace.session('support/order-1077'))
    await second.getByRole('status').filter({ hasText: 'live' }).waitFor()
    const streams = async () =>
      (await workspace.read<{ load: { feed_subscribers: number } }>('/v1/overview')).load.feed_subscribers
    await expect.poll(streams).toBe(1)
    await first.close()
    await expect.poll(streams).toBe(1)
    await workspace.write('support/order-1077', { attempts: 9 }, 'taken.over')
    await second.locator('.card.alive', { hasText: 'taken.over' }).waitFor()
    await second.close()
  })

  test('an edit that somebody else overtook is refused and says so', async () => {
    await workspace.write('support/order-1077', { attempts: 5 }, 'tried')
    const page = await context.newPage()
    await page.goto(workspace.session('support/order-1077'))
    // The state stands alone until the one before it has come; then a changed value has two lines.
    await page.getByRole('treeitem', { name: /^added: attempts/ }).click()
    await page.getByRole('button', { name: 'Edit the value' }).click()
    await page.getByRole('textbox', { name: 'Value as JSON' }).fill('42')
    await workspace.write('support/order-1077', { attempts: 10 }, 'overtaken')
    await page.getByRole('button', { name: /^Write v/ }).click()
    await page.getByRole('alert').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    const { state } = await workspace.read<{ state: { attempts: number } }>('/v1/sessions/support%2Forder-1077')
    expect(state.attempts).toBe(10)
    await page.getByRole('treeitem', { name: /^added: attempts: 10/ }).click()
    await page.getByRole('button', { name: 'Edit the value' }).click()
    await page.getByRole('textbox', { name: 'Value as JSON' }).fill('42')
    await page.getByRole('button', { name: /^Write v/ }).click()
    await page.locator('.line.added', { hasText: '42' }).waitFor()
    await page.close()
  })

  test('a session is found by the palette, by its value, and opened by keyboard', async () => {
    const page = await context.newPage()
    await page.goto(`${workspace.url}/overview`)
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox').fill('support/order-1042')
    await page
      .getByRole('option', { name: /support\/order-1042/ })
      .first()
      .waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'support/order-1042' }).waitFor()
    await page.goto(`${workspace.url}/sessions?contains=coffee%20grinder`)
    await page.getByRole('link', { name: 'support/order-1042' }).waitFor()
    await page.getByRole('grid').focus()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('tree').waitFor()
    await page.close()
  })
})
