import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { violations } from './axe.testing.ts'
import { chromiumPath, openBrowser, whyNot } from './browser.testing.ts'
import { fullStore } from './fixture.testing.ts'
import { standIn } from './stand-in.testing.ts'
import { build, Workspace } from './workspace.testing.ts'

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
    await page.getByRole('button', { name: 'branch 1 goes on from here' }).click()
    await expect.poll(() => new URL(page.url()).searchParams.get('branch')).toBe('1')
    await page.getByRole('combobox', { name: 'Branch' }).selectOption('0')
    await expect.poll(() => new URL(page.url()).searchParams.get('branch')).toBeNull()
    await page.getByRole('combobox', { name: 'Conversation' }).selectOption('review')
    await expect.poll(() => new URL(page.url()).searchParams.get('conversation')).toBe('review')
    await page.close()
  })
})

describe.skipIf(!chromiumPath)(`a conversation on a real server${chromiumPath ? '' : ` (${whyNot})`}`, () => {
  const workspace = new Workspace()
  const turnsPath = '/v1/sessions/case%2FA-512/conversations/main/turns'
  let browser: Browser

  beforeAll(async () => {
    await workspace.start()
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await workspace.close()
  })

  async function open(search: string, { theme, width }: { theme: 'dark' | 'light'; width: number }): Promise<Page> {
    const viewport = { width, height: width === 390 ? 844 : 1000 }
    const page = await browser.newPage({ colorScheme: theme, viewport, reducedMotion: 'reduce' })
    await page.goto(`${workspace.session('case/A-512')}?tab=conversation${search}`)
    await page.getByText('or another one?').waitFor()
    return page
  }

  const say = async (turn: object) => {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(workspace.url + turnsPath, { method: 'POST', headers, body: JSON.stringify(turn) })
    if (response.status !== 201) throw new Error(await response.text())
  }

  test.each(['dark', 'light'] as const)('is read, its branches, too: %s', async (theme) => {
    for (const width of [390, 1600]) {
      const page = await open('', { theme, width })
      await page.getByText('broken-handle.jpg').waitFor()
      expect(await page.getByText('My money back, please.').count()).toBe(0)
      expect(await violations(page)).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
      await page.getByRole('button', { name: 'branch 0 goes on from here' }).click()
      await page.getByText('My money back, please.').waitFor()
      expect(await page.getByText('broken-handle.jpg').count()).toBe(0)
      await page.getByRole('button', { name: 'branch 1 goes on from here' }).click()
      await page.getByText('broken-handle.jpg').waitFor()
      await page.close()
    }
  })

  test('a turn that is being written is seen as it grows, and is done', async () => {
    const page = await open('', { theme: 'dark', width: 1600 })
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ event: 'parcel.arrived', data: { weight: 3 } })
    const sent = await fetch(`${workspace.url}/v1/runs/case%2FA-512%2Fexchange.m1/events`, { method: 'POST', headers, body })
    expect(sent.status).toBe(204)
    await page.getByText(/^Your hand grinder has come back\./).waitFor()
    await page.getByText(/as track-\d+-A-512\. Goodbye!$/).waitFor()
    await page.getByText('speaking').waitFor({ state: 'detached' })
    await page.close()
  })

  test('what is said is seen as it comes, as long as it is and whatever it is', async () => {
    const page = await open('', { theme: 'dark', width: 1600 })
    await say({ role: 'user', speaker: 'dana', content: 'And when will it be here?' })
    await page.getByText('And when will it be here?').waitFor()
    const call = { toolCallId: 'call-2', toolName: 'track' }
    await say({ role: 'assistant', content: [{ type: 'tool-call', ...call, input: { order: 'A-512' } }] })
    await page.locator('.call', { hasText: 'track' }).getByText('no result').waitFor()
    await say({
      role: 'tool',
      content: [{ type: 'tool-result', ...call, output: { type: 'error-text', value: 'no such parcel' } }],
    })
    await page.locator('.call', { hasText: 'track' }).getByText('failed').click()
    await page.getByText('no such parcel').waitFor()
    for (let i = 0; i < 60; i++) await say({ role: 'user', content: `One more thing, number ${i}.` })
    await page.getByText('One more thing, number 59.').waitFor()
    expect(await page.getByText('And when will it be here?').count()).toBe(1)
    await page.close()
  })
})
