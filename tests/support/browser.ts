/** Debian's Chromium for tests and screenshots, driven by playwright-core. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext, type Page } from 'playwright-core'

// No sandbox: tests may run as root, where Chromium refuses to have one. The pages are our own.
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
]

/** As long as everything else in tests may take, on a machine that is busy. */
const timeoutMillis = 60_000

export interface Browser {
  readonly context: BrowserContext
  readonly close: () => Promise<void>
}

/** Starts a browser with an empty profile. `CAMPANILE_CHROMIUM` names another binary than Debian's. */
export async function launchBrowser(
  viewport: { readonly width: number; readonly height: number } = { width: 1280, height: 800 },
): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'campanile-chromium-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env['CAMPANILE_CHROMIUM'] ?? '/usr/bin/chromium',
    args: flags,
    viewport,
    headless: true,
    timeout: 120_000,
  })
  context.setDefaultTimeout(timeoutMillis)
  return {
    context,
    close: async () => {
      await context.close()
      // The last of its processes may write there until they have noticed.
      rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    },
  }
}

/** Collects what a page writes to its console as an error, and errors nothing caught. */
export function collectErrors(page: Page): readonly string[] {
  const errors: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text())
  })
  page.on('pageerror', (error) => errors.push(String(error)))
  return errors
}
