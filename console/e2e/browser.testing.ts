import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/lib/chromium/chromium']

/** Where a Chromium is, or undefined. */
export const chromiumPath = process.env.CHROMIUM_PATH ?? places.find((path) => existsSync(path))

export const whyNot = 'no Chromium found: apt-get install -y chromium, or set CHROMIUM_PATH'

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath ?? '',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
