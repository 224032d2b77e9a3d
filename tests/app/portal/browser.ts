/** A real Chromium, at the widths people have. */
import { existsSync } from 'node:fs'
import { chromium, type Browser, type BrowserContext } from 'playwright-core'

/** Starts it; `CAMPANILE_CHROMIUM` names another program. */
export function startBrowser(): Promise<Browser> {
  const executablePath = process.env['CAMPANILE_CHROMIUM'] ?? '/usr/bin/chromium'
  if (!existsSync(executablePath))
    throw new Error(`found no Chromium at ${executablePath}: apt-get install chromium`)
  return chromium.launch({
    executablePath,
    timeout: 120_000,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--no-first-run',
    ],
  })
}

export const widths = {
  small: { width: 360, height: 740 },
  phone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 900 },
} as const

/** Opens a fresh profile. */
export async function newContext(
  browser: Browser,
  width: keyof typeof widths,
  dark = false,
): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: widths[width],
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    locale: 'en-US',
  })
  // As long as everything else in tests may take, on a machine that is busy.
  context.setDefaultTimeout(60_000)
  return context
}
