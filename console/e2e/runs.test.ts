import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { violations } from './axe.testing.ts'
import { chromiumPath, openBrowser, whyNot } from './browser.testing.ts'
import { build, Workspace } from './workspace.testing.ts'

const themes = ['dark', 'light'] as const
const widths = [390, 1024, 1600] as const
const views = themes.flatMap((theme) => widths.map((width) => ({ theme, width })))
const asking = 'case/A-640/refund.m1'
const exchanging = 'case/A-512/exchange.m1'
const failed = 'case/A-34/exchange.m1'

describe.skipIf(!chromiumPath)(`runs and approvals${chromiumPath ? '' : ` (${whyNot})`}`, () => {
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

  const addressOf = (id: string, search = '') => `/runs/${encodeURIComponent(id)}${search}`
  const post = (path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    return fetch(workspace.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
  }
  const start = (key: string, text: string) =>
    post(`/v1/sessions/${encodeURIComponent('case/A-640')}/runs`, { task: 'refund', input: { text }, key })
  const stands = async (id: string) => (await workspace.read<{ status: string }>(`/v1/runs/${encodeURIComponent(id)}`)).status

  test.each(views)(
    'axe finds nothing, and pages fit: $theme, $width px',
    async (view) => {
      const pages = [
        ['/approvals', '.approval'],
        [`/approvals?id=${asking}:gone`, '.notice'],
        ['/runs', 'tbody tr'],
        ['/runs?task=nothing', '.empty'],
        [addressOf(asking), '.step.waiting'],
        [addressOf(failed), '.strip.bad'],
        [addressOf(exchanging, '?tab=stream'), '.parts .tool'],
        [addressOf('no/such'), '.notice'],
        ['/sessions/case%2FA-640', '.machines li'],
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

  test.each(themes)('what opens above and unfolds in a run is as accessible: %s', async (theme) => {
    const page = await open(addressOf(asking), '.step', { theme, width: 1024 })
    for (const name of ['Approve…', 'Refuse…', 'Send an event…', 'Cancel…']) {
      await page.getByRole('button', { name, exact: true }).click()
      await page.getByRole('dialog').waitFor()
      expect(await violations(page)).toEqual([])
      await page.keyboard.press('Escape')
    }
    await page
      .getByRole('treeitem', { name: /^model/ })
      .first()
      .click()
    await page.getByRole('treeitem', { name: /Let me look at A-640/ }).waitFor()
    expect(await violations(page)).toEqual([])
    await page.goto(workspace.url + addressOf(exchanging, '?tab=stream'))
    for (const fold of ['Reasoning', 'make_label']) await page.getByText(fold).click()
    await page.getByText('label-hand-grinder').waitFor()
    expect(await violations(page)).toEqual([])
    await page.context().close()
  })

  test('a failed run is retried where it is seen, and goes on from the step it failed of', async () => {
    const page = await open('/runs?status=failed', 'tbody tr')
    await page.getByText('No milk frother is left in any warehouse').waitFor()
    await page.getByRole('button', { name: `Retry ${failed}` }).click()
    await page.getByText('Another attempt is made').waitFor()
    await page.getByText('No run fits').waitFor()
    expect(await stands(failed)).toBe('waiting')
    await page.context().close()
  })

  test('a dead letter is put away only after it was asked', async () => {
    const ended = { task: 'exchange', input: { order: 'A-640', item: null }, key: 'broken' }
    expect((await post(`/v1/sessions/${encodeURIComponent('case/A-640')}/runs`, ended)).status).toBe(201)
    const page = await open(addressOf('case/A-640/exchange.broken'), '.strip.bad')
    await page.getByRole('button', { name: 'Put away…' }).click()
    expect(await violations(page)).toEqual([])
    await page.getByRole('button', { name: 'Put it away' }).click()
    await page.getByText('cancelled', { exact: true }).waitFor()
    await page.context().close()
  })

  test('a dead letter goes on with another input, or behind the step it failed of', async () => {
    const start = async (key: string) => {
      const body = { task: 'exchange', input: { order: 'A-640', item: null }, key }
      expect((await post(`/v1/sessions/${encodeURIComponent('case/A-640')}/runs`, body)).status).toBe(201)
      return open(addressOf(`case/A-640/exchange.${key}`), '.strip.bad')
    }
    const edited = await start('edited')
    await edited.getByRole('button', { name: 'Edit input…' }).click()
    await edited.getByLabel('Input, as JSON').fill('{"order": "A-640", "item": "hand grinder"}')
    expect(await violations(edited)).toEqual([])
    await edited.getByRole('button', { name: 'Retry with this' }).click()
    await edited.getByText('Another attempt is made, with the new input').waitFor()
    await edited.getByText('for the event parcel.arrived').first().waitFor()
    await edited.context().close()
    const skipped = await start('skipped')
    await skipped.getByRole('button', { name: 'Skip the step…' }).click()
    await skipped.getByLabel('Value of the step, as JSON').fill('"label-by-hand"')
    await skipped.getByRole('button', { name: 'Skip it' }).click()
    await skipped.getByText('It goes on behind that step').waitFor()
    await skipped.context().close()
  })

  test('what was sent to a run moves it before the eyes of whoever watches, its stream word by word', async () => {
    const page = await open(addressOf(exchanging, '?tab=stream'), '.parts .tool')
    await page.getByText('As soon as it has arrived, a new one is on its way to you.').waitFor()
    await page.getByRole('button', { name: 'Send it… parcel.arrived' }).click()
    await page.getByLabel('What goes with it, as JSON').fill('{"weight":')
    expect(await page.getByRole('button', { name: 'Send', exact: true }).isDisabled()).toBe(true)
    await page.getByLabel('What goes with it, as JSON').fill('{"weight": 3}')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByRole('combobox', { name: 'Stream' }).selectOption('goodbye')
    await page.getByText(/The new one left our house a minute ago as track-\d+-A-512\. Goodbye!/).waitFor()
    await page.getByRole('status').filter({ hasText: 'ended' }).waitFor()
    await page.getByText('done', { exact: true }).first().waitFor()
    expect(new URL(page.url()).searchParams.get('stream')).toBe('goodbye')
    await page.context().close()
  })

  test('a run is cancelled only after it was said what ends with it', async () => {
    expect((await start('to-cancel', 'A-640 again')).status).toBe(201)
    const page = await open(addressOf('case/A-640/refund.to-cancel'), '.strip.asks')
    await page.getByRole('button', { name: 'Cancel…' }).click()
    await expect.poll(() => page.getByRole('dialog').textContent()).toContain('Refund 640 for A-640')
    await page.getByRole('button', { name: 'Cancel the run' }).click()
    await page.getByText('cancelled', { exact: true }).waitFor()
    expect(await page.getByRole('button', { name: 'Cancel…' }).count()).toBe(0)
    await page.context().close()
  })

  test('of two who decide the second is told what stands, although the first took it off the list', async () => {
    expect((await start('raced', 'A-640, the third time')).status).toBe(201)
    const id = 'case/A-640/refund.raced:approval'
    const page = await open(`/approvals?id=${encodeURIComponent(id)}`, '.approval[aria-current]')
    await page.locator('.approval[aria-current]').getByRole('button', { name: 'Refuse…' }).click()
    await page.getByLabel('Reason, which the run is told').fill('too much')
    expect((await post(`/v1/approvals/${encodeURIComponent(id)}/decide`, { approved: true })).status).toBe(204)
    await page.locator('.approval[aria-current]').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Refuse', exact: true }).click()
    await page
      .getByRole('dialog')
      .getByText(/approved.*that stands/)
      .waitFor()
    expect(await page.getByRole('button', { name: 'Refuse', exact: true }).isDisabled()).toBe(true)
    await page.getByRole('button', { name: 'Close' }).click()
    await page.getByText('This is not open any more').waitFor()
    await page.context().close()
  })

  test('what was asked is changed while it is approved, from the overview, with the keyboard alone', async () => {
    const page = await open('/overview', '.attention')
    await page.getByRole('link', { name: 'Decide Refund 640 for A-640' }).first().focus()
    await page.keyboard.press('Enter')
    await page.locator('.approval[aria-current]').getByRole('button', { name: 'Approve…' }).focus()
    await page.keyboard.press('Enter')
    const data = page.getByLabel('What was asked, as JSON')
    await data.fill('{"order": "A-640", "amount": ')
    await page.getByText('This is not JSON yet').waitFor()
    await data.fill('{"order": "A-640", "amount": 500}')
    await page.getByLabel('Reason, which the run is told').fill('half of it')
    await page.keyboard.press('Enter')
    await page.getByText('Approved: the run goes on').waitFor()
    await expect.poll(() => stands(asking)).toBe('done')
    const { steps } = await workspace.read<{ steps: { name: string; value: unknown }[] }>(
      `/v1/runs/${encodeURIComponent(asking)}`,
    )
    expect(steps.find(({ name }) => name === 'approval')?.value).toMatchObject({
      ...{ approved: true, reason: 'half of it', data: { order: 'A-640', amount: 500 } },
    })
    await page.context().close()
  })

  test('what others ask is seen as it comes, also after the server was killed and started again', async () => {
    const page = await open('/approvals', '.nav')
    await workspace.kill()
    await page.getByText('reconnecting').waitFor()
    await workspace.start()
    expect((await start('later', 'A-640, once more')).status).toBe(201)
    await page.getByRole('heading', { level: 2, name: 'Refund 640 for A-640' }).waitFor({ timeout: 20_000 })
    await page.getByRole('link', { name: /^Approvals\s*1\s*waiting/ }).waitFor()
    await page.context().close()
  }, 60_000)
})
