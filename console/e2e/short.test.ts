import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser, whyNot } from './browser.testing.ts'
import { build, Workspace } from './workspace.testing.ts'

describe.skipIf(!chromiumPath)(`the console with a real server${chromiumPath ? '' : ` (${whyNot})`}`, () => {
  const workspace = new Workspace()
  const errors: string[] = []
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    build()
    await workspace.start()
    browser = await openBrowser()
    page = await browser.newPage({ viewport: { width: 1600, height: 1000 }, reducedMotion: 'reduce' })
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await workspace.close()
  })

  test('a failed session is found from the overview', async () => {
    await page.goto(workspace.url)
    await page.getByText('card_declined').waitFor()
    await page.getByRole('link', { name: 'Open support/order-1101' }).click()
    await page.getByRole('heading', { level: 1, name: 'support/order-1101' }).waitFor()
    await page.getByRole('tree', { name: 'State' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/sessions/support%2Forder-1101')
  })

  test('what changed between two revisions is seen', async () => {
    await page.goto(`${workspace.session('support/order-1042')}?at=7&from=3`)
    await page.locator('.line.added', { hasText: 'R-1042-1' }).waitFor()
    expect(await page.locator('.line.added .sign').first().textContent()).toBe('+')
    expect(await page.getByText('[secret]').count()).toBe(0)
  })

  test('the past is travelled to by keyboard, and left again', async () => {
    await page.goto(workspace.session('support/order-1042'))
    await page.locator('.card[aria-current]', { hasText: 'v10' }).waitFor()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    await page.getByText('You are looking at v8').waitFor()
    expect(new URL(page.url()).search).toBe('?at=8')
    await page.keyboard.press('Escape')
    await page.getByText('You are looking at').waitFor({ state: 'detached' })
  })

  test('a fork begins at the revision looked at, and warns of what happened after it', async () => {
    await page.goto(`${workspace.session('support/order-1042')}?at=5`)
    await page.getByRole('button', { name: 'Fork from v5' }).click()
    await page.getByText('1 effect has already happened after v5').waitFor()
    await page.getByLabel('Id of the new session').fill('support/other way')
    await page.getByRole('button', { name: 'Fork', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'support/other way' }).waitFor()
    const fork = await workspace.read<{ origin: unknown }>('/v1/sessions/support%2Fother%20way')
    expect(fork.origin).toEqual({ id: 'support/order-1042', revision: 5 })
  })

  test('a run is watched as it goes on', async () => {
    await page.goto(workspace.session('support/order-1077'))
    await page.getByRole('status').filter({ hasText: 'live' }).waitFor()
    await page.evaluate(() => document.body.setAttribute('data-same', 'yes'))
    for (const step of ['one', 'two', 'three'])
      await workspace.write('support/order-1077', { attempts: step.length }, `step.${step}`)
    await page.locator('.card.alive[aria-current]', { hasText: 'step.three' }).waitFor()
    expect(await page.locator('body').getAttribute('data-same')).toBe('yes')
  })

  test('what a run has asked is decided in the inbox, and the run goes on to its end', async () => {
    await page.goto(`${workspace.url}/overview`)
    await page.getByRole('link', { name: /^Approvals\s*1\s*waiting/ }).click()
    await page.getByRole('button', { name: 'Approve… Refund 640 for A-640' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click()
    await page.getByText('Nothing waits for a decision.').waitFor()
    await page.goto(`${workspace.url}/runs/case%2FA-640%2Frefund.m1`)
    await page.getByText('640 for A-640 is on its way to you.').first().waitFor()
    expect(await page.getByRole('treeitem', { name: /^pay/ }).textContent()).toContain('receipt-A-640')
  })

  test('a statechart is found, walked through by keyboard, and zoomed', async () => {
    await page.goto(`${workspace.url}/statecharts`)
    await page.getByRole('link', { name: 'support-agent' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.type('support-ag')
    await page.getByRole('option', { name: 'support-agent statechart' }).click()
    await page.getByRole('application', { name: /^Diagram of support-agent: 19 states/ }).waitFor()
    await page.getByRole('tree', { name: 'States' }).focus()
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key)
    await page.getByRole('treeitem', { name: 'running', selected: true }).waitFor()
    expect(new URL(page.url()).searchParams.get('state')).toBe('session.execution.running')
    await page.locator('[data-state="session.execution.running"][data-chosen]').waitFor()
    await page.getByText('Call one tool at a time and say what you are doing.').waitFor()
    const width = async () => (await page.locator('[data-state="session.execution.running"] .box').boundingBox())?.width ?? 0
    const before = await width()
    await page.getByRole('button', { name: 'Zoom in' }).click()
    expect((await width()) / before).toBeCloseTo(1.25, 1)
  })

  test('the browser has nothing to complain about, its Content-Security-Policy included', () => {
    expect(errors).toEqual([])
  })
})
