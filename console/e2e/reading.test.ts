import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chromiumPath, openBrowser, whyNot } from './browser.testing.ts'
import { emptyStore } from './fixture.testing.ts'
import { standIn } from './stand-in.testing.ts'
import { build, Workspace } from './workspace.testing.ts'

describe.skipIf(!chromiumPath)(`reading and deciding${chromiumPath ? '' : ` (${whyNot})`}`, () => {
  const workspace = new Workspace()
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    build()
    await workspace.start()
    browser = await openBrowser()
    page = await browser.newPage({ viewport: { width: 1600, height: 1000 }, reducedMotion: 'reduce' })
  })
  afterAll(async () => {
    await browser?.close()
    await workspace.close()
  })

  const waiting = async () => {
    const { effects } = await workspace.read<{ effects: readonly { id: string }[] }>('/v1/effects?state=due')
    return effects.map(({ id }) => id)
  }
  const chosen = () => page.locator('[role=treeitem][aria-selected=true]')

  test('a changed path leads to its value in the tree, and so does its address', async () => {
    await page.goto(`${workspace.session('support/order-1042')}?at=7&from=3`)
    await page.getByRole('button', { name: 'Fold all' }).click()
    await page
      .getByRole('complementary', { name: 'Inspector' })
      .getByRole('link', { name: /^messages\[2\]/ })
      .click()
    await expect.poll(() => chosen().textContent()).toMatch(/^\+added: 2: /)
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('tree')
    expect(new URL(page.url()).searchParams.get('path')).toBe('messages[2]')
    await page.reload()
    await expect.poll(() => chosen().textContent()).toMatch(/^\+added: 2: /)
    await page.getByRole('tree').press('ArrowUp')
    await expect.poll(() => new URL(page.url()).search).toBe('?at=7&from=3')
  })

  test('a path that a search hides is found all the same', async () => {
    await page.goto(`${workspace.session('support/order-1042')}?at=7&from=3`)
    await page.getByRole('searchbox', { name: 'Search names and values' }).fill('attempts')
    await page
      .getByRole('treeitem', { name: /refund/ })
      .first()
      .waitFor({ state: 'detached' })
    await page.getByRole('link', { name: /^refund/ }).click()
    await expect.poll(() => chosen().textContent()).toMatch(/refund/)
  })

  test('a long text is read by keyboard, step by step, and folded again', async () => {
    const text = Array.from({ length: 400 }, (_, line) => `line ${line} of the transcript`).join('\n')
    await workspace.write('support/order-1077', { transcript: text }, 'transcribed')
    await page.goto(`${workspace.session('support/order-1077')}?path=transcript`)
    const tree = page.getByRole('tree')
    await chosen().filter({ hasText: 'transcript' }).waitFor()
    expect(await chosen().getAttribute('aria-expanded')).toBe('false')
    await tree.press('Enter')
    await page.getByRole('treeitem', { name: 'line 0 of the transcript' }).waitFor()
    expect(await chosen().getAttribute('aria-expanded')).toBe('true')
    await tree.press('End')
    await page.getByRole('treeitem', { name: /^Show more: 4,000 of/ }).click()
    await expect.poll(() => chosen().textContent()).toMatch(/^\+?line \d+ of/)
    await tree.press('ArrowLeft')
    await expect.poll(() => chosen().getAttribute('aria-expanded')).toBe('true')
    await tree.press('ArrowLeft')
    await expect.poll(() => chosen().getAttribute('aria-expanded')).toBe('false')
    expect(await page.getByRole('treeitem', { name: /of the transcript$/ }).count()).toBe(0)
  })

  test('an effect that waits is cancelled after a question whose safe answer has the focus', async () => {
    await page.goto(`${workspace.url}/overview`)
    const id = 'support/order-1123/track_parcel'
    const cancel = page.getByRole('button', { name: `Cancel effect ${id}` })
    const dialog = page.getByRole('dialog', { name: 'Cancel this effect' })
    await cancel.click()
    await dialog.waitFor()
    const focus = () => page.evaluate(() => document.activeElement?.textContent)
    expect(await focus()).toBe('Keep it')
    const outside = () =>
      page.evaluate(() => document.activeElement !== document.body && !document.activeElement?.closest('dialog'))
    for (const key of ['Tab', 'Tab', 'Tab', 'Shift+Tab', 'Shift+Tab', 'Shift+Tab', 'Shift+Tab']) {
      await page.keyboard.press(key)
      expect(await outside()).toBe(false)
    }
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(await focus()).toBe(`Cancel effect ${id}`)
    expect(await waiting()).toContain(id)
    await cancel.click()
    await dialog.getByRole('button', { name: 'Cancel the effect' }).click()
    await cancel.waitFor({ state: 'detached' })
    expect(await waiting()).not.toContain(id)
  })

  test('an effect that failed is retried from the overview', async () => {
    await page.goto(`${workspace.url}/overview`)
    const id = 'support/order-1101/refund_declined'
    expect(await waiting()).not.toContain(id)
    const retry = page.getByRole('button', { name: `Retry effect ${id}` })
    await retry.click()
    await retry.waitFor({ state: 'detached' })
    expect(await waiting()).toContain(id)
  })

  test('load is not told before it was measured, and at once when it was', async () => {
    // A real server is in this state for a second only.
    const begun = await standIn(emptyStore)
    const load = page.getByRole('region', { name: 'Load' })
    await page.goto(`${begun.url}/overview`)
    await load.getByRole('img', { name: 'Commits per second: now –, nothing measured yet' }).waitFor()
    begun.close()
    await workspace.kill()
    await workspace.start()
    await page.goto(`${workspace.url}/overview`)
    await load.getByRole('img', { name: /^Commits per second: now \d+, most \d+$/ }).waitFor()
    await workspace.write('support/order-1077', { attempts: 3 }, 'counted')
    await load.getByRole('img', { name: /^Commit p99: now .+ ms, most/ }).waitFor()
  })
})
