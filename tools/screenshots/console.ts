/** Pictures of the console: a dashboard with the demo's traffic, and the inbox, best after a drill. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'

export interface ConsolePictures {
  /** `CAMPANILE_HOME` of the running appliance, for the first accounts of the console. */
  readonly home: string
  /** Port of the console. */
  readonly port: number
  readonly folder: string
  readonly report: (line: string) => void
}

interface Account {
  readonly email: string
  readonly role: string
  readonly password: string
}

const pictures = [
  { file: 'console-status.png', path: '/', heading: 'Status' },
  {
    file: 'console-dashboard.png',
    path: '/dashboards/campanile-application',
    heading: 'Application performance',
  },
  { file: 'console-inbox.png', path: '/inbox', heading: 'Alert inbox' },
] as const

/** Takes every picture as the person on duty sees it. */
export async function pictureConsole(browser: Browser, options: ConsolePictures): Promise<void> {
  const { home, port, folder, report } = options
  const accounts = JSON.parse(
    readFileSync(join(home, 'secrets', 'console.json'), 'utf8'),
  ) as readonly Account[]
  const account = accounts.find(({ role }) => role === 'sre')
  if (account === undefined) throw new Error(`no account of the role sre in ${home}`)
  const address = `http://127.0.0.1:${port}`
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
    colorScheme: 'light',
  })
  const page = await context.newPage()
  await logIn(page, address, account)
  for (const { file, path, heading } of pictures) {
    await page.goto(`${address}${path}`)
    await page.getByRole('heading', { level: 1, name: heading }).waitFor()
    await page.waitForLoadState('networkidle')
    // Panels that are still asking.
    await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
    await page.screenshot({ path: join(folder, file) })
    report(join(folder, file))
  }
  await context.close()
}

async function logIn(page: Page, address: string, { email, password }: Account): Promise<void> {
  await page.goto(`${address}/login`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('heading', { level: 1, name: 'Status' }).waitFor()
}
