/** One person at the portal: a page that notes every error, and what people do on it. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Browser, Page } from 'playwright-core'
import { password, type Campus } from '../gateway/campus.ts'
import { newContext, type widths } from './browser.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string }[]
  }[]
}

export interface Look {
  readonly width: keyof typeof widths
  readonly dark?: boolean
}

export interface PortalPage {
  readonly page: Page
  /** What the browser wrote as an error, but for a collector that nobody started. */
  readonly errors: readonly string[]
  readonly logIn: (email: string) => Promise<void>
  readonly goTo: (title: string) => Promise<void>
  /** Titles of the pages in the navigation. */
  readonly titles: () => Promise<string[]>
  /** Checks what a machine can: WCAG 2.1 A and AA, no sideways scrolling. */
  readonly check: (name: string) => Promise<void>
  readonly close: () => Promise<void>
}

/** Opens the portal in a fresh profile. */
export async function openPortal(browser: Browser, campus: Campus, look: Look): Promise<PortalPage> {
  const context = await newContext(browser, look.width, look.dark)
  const page = await context.newPage()
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    // Where a test has no collector the browser itself reports that; nothing else may.
    if (message.type() === 'error' && !message.location().url.includes(':9/collect'))
      errors.push(message.text())
  })
  await page.goto(campus.urls.gateway)
  return {
    page,
    errors,
    logIn: async (email) => {
      await page.getByLabel('E-mail').fill(email)
      await page.getByLabel('Password').fill(password)
      await page.getByRole('button', { name: 'Log in' }).click()
      await page.getByRole('navigation').waitFor()
    },
    goTo: async (title) => {
      await page.getByRole('navigation').getByRole('link', { name: title, exact: true }).click()
      await page.locator('nav a[aria-current]', { hasText: title }).waitFor()
      await page.locator('main:not([aria-busy])').waitFor()
    },
    titles: () => page.getByRole('navigation').getByRole('link').allTextContents(),
    check: (name) => check(page, `${name}-${look.width}${look.dark === true ? '-dark' : ''}`),
    close: () => context.close(),
  }
}

async function check(page: Page, name: string): Promise<void> {
  const folder = process.env['CAMPANILE_SCREENSHOTS']
  // A frame that sticks to the top would stand in the middle of a picture of the whole page.
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
}

/** The next Monday to Friday after tomorrow, `YYYY-MM-DD`. */
export function nextWeekday(): string {
  const date = new Date(Date.now() + 2 * 86_400_000)
  while (date.getUTCDay() === 0 || date.getUTCDay() === 6) date.setUTCDate(date.getUTCDate() + 1)
  return date.toISOString().slice(0, 10)
}
