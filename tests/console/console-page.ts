/** One person at the console in a real browser: every error is noted, every page can be checked by machine. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect } from 'chai'
import type { BrowserContext, Page } from 'playwright-core'
import { collectErrors } from '../support/browser.ts'
import { password } from './console-process.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string }[]
  }[]
}

export interface Look {
  /** Pixels. */
  readonly width: 360 | 390 | 1280
  readonly isDark?: boolean
}

export interface ConsolePage {
  readonly page: Page
  /** What the browser wrote as an error. */
  readonly errors: readonly string[]
  readonly logIn: (role?: string) => Promise<void>
  /** Opens an address and waits until it shows something. */
  readonly open: (path: string) => Promise<void>
  /** Checks what a machine can: WCAG 2.1 A and AA, no sideways scrolling, no error. */
  readonly check: (name: string) => Promise<void>
  readonly close: () => Promise<void>
}

/** Opens a tab of somebody who is not logged in. */
export async function openConsole(context: BrowserContext, url: string, look: Look): Promise<ConsolePage> {
  await context.clearCookies()
  const page = await context.newPage()
  await page.setViewportSize({ width: look.width, height: look.width < 500 ? 844 : 900 })
  await page.emulateMedia({
    colorScheme: look.isDark === true ? 'dark' : 'light',
    reducedMotion: 'reduce',
  })
  const errors = collectErrors(page)
  await page.goto(`${url}/login`)
  return {
    page,
    errors,
    logIn: async (role = 'sre') => {
      await page.getByLabel('E-mail').fill(`${role}@console.example`)
      await page.getByLabel('Password').fill(password)
      await page.getByRole('button', { name: 'Log in' }).click()
      await page.getByRole('navigation').waitFor()
      await shown(page)
    },
    open: async (path) => {
      await page.goto(`${url}${path}`)
      await shown(page)
    },
    check: (name) => check(page, errors, `${name}-${look.width}${look.isDark === true ? '-dark' : ''}`),
    close: () => page.close(),
  }
}

/** Waits until no part of the page waits. */
async function shown(page: Page): Promise<void> {
  await page.locator('main h1').first().waitFor()
  await page.locator('main .wait').first().waitFor({ state: 'detached' })
  await page.locator('main [aria-busy]').first().waitFor({ state: 'detached' })
}

async function check(page: Page, errors: readonly string[], name: string): Promise<void> {
  const folder = process.env['CAMPANILE_SCREENSHOTS']
  await page.evaluate('scrollTo(0, 0)')
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
  await page.evaluate(axe)
  const { violations } = (await page.evaluate(
    'axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] })',
  )) as AxeResult
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  expect(found, name).to.deep.equal([])
  const overflow = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
  expect(overflow, `${name} scrolls sideways`).to.be.at.most(0)
  expect(errors, name).to.deep.equal([])
}
