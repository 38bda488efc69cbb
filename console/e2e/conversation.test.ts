import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { violations } from './axe.testing.ts'
import { chromiumPath, openBrowser, whyNot } from './browser.testing.ts'
import { fullStore } from './fixture.testing.ts'
import { standIn } from './stand-in.testing.ts'
import { build } from './workspace.testing.ts'

describe.skipIf(!chromiumPath)(`a conversation of 100,000 turns${chromiumPath ? '' : ` (${whyNot})`}`, () => {
  let server: Awaited<ReturnType<typeof standIn>>
  let browser: Browser

  beforeAll(async () => {
    build()
    server = await standIn(fullStore(10))
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  /** A page that counts what it asks for, once the newest turn is there. */
  async function open(search = '') {
    const page = await browser.newPage({ viewport: { width: 1600, height: 1000 }, reducedMotion: 'reduce' })
    const asked: string[] = []
    page.on('request', (request) => request.url().includes('/turns') && asked.push(request.url()))
    await page.goto(`${server.url}/sessions/ses_8f2k?tab=conversation${search}`)
    await page.getByText('I have asked a colleague').waitFor()
    return { page, asked }
  }

  const turns = (page: Page) => page.getByRole('article')

  test('opens at its end, and reads only what is near', async () => {
    const { page, asked } = await open()
    expect(await page.getByText('I have asked a colleague').isVisible()).toBe(true)
    await page.getByText('speaking').waitFor()
    await page.getByText('partial').waitFor()
    expect(asked.length).toBeLessThanOrEqual(3)
    expect(await turns(page).count()).toBeLessThan(150)
    await page.close()
  })

  test('shows calls with what came of them, and no turn that holds nothing else', async () => {
    const { page } = await open()
    await page.getByText('look_up').click()
    await page.getByText('currency: "EUR"').waitFor()
    await page.locator('.call', { hasText: 'refund' }).getByText('failed').waitFor()
    expect(await page.locator('.turn.tool').count()).toBe(0)
    await page.getByText('Reasoning').click()
    await page.getByRole('button', { name: 'Show more: 4,000 of 7,200 characters are here' }).click()
    expect(await violations(page)).toEqual([])
    await page.close()
  })

  test('older turns come while one scrolls, stay where they are, and leave again', async () => {
    const { page, asked } = await open()
    await page.mouse.move(800, 500)
    for (let screen = 0; screen < 60; screen++) {
      await page.mouse.wheel(0, -900)
      await page.waitForTimeout(30)
    }
    // The first turn below a line of the screen, and how far below.
    const where = () =>
      page.evaluate(() => {
        const below = [...document.querySelectorAll('article')].find((each) => each.getBoundingClientRect().top > 300)
        return `${below?.textContent} at ${below?.getBoundingClientRect().top}`
      })
    await expect.poll(where).toMatch(/This is turn 99\d{3}/)
    await page.waitForTimeout(600)
    const before = await where()
    await page.waitForTimeout(600)
    expect(await where()).toBe(before)
    expect(asked.length).toBeGreaterThan(8)
    expect(await turns(page).count()).toBeLessThan(600)
    await page.getByRole('region', { name: /^100,000 turns/ }).press('End')
    await page.getByText('I have asked a colleague').waitFor()
    await page.close()
  }, 60_000)

  test('another branch is looked at from where it leaves, and has an address', async () => {
    const { page } = await open()
    await page.getByRole('button', { name: 'branch 1 leaves here' }).click()
    await expect.poll(() => new URL(page.url()).searchParams.get('branch')).toBe('1')
    await page.getByRole('combobox', { name: 'Branch' }).selectOption('0')
    await expect.poll(() => new URL(page.url()).searchParams.get('branch')).toBeNull()
    await page.getByRole('combobox', { name: 'Conversation' }).selectOption('review')
    await expect.poll(() => new URL(page.url()).searchParams.get('conversation')).toBe('review')
    await page.close()
  })
})
