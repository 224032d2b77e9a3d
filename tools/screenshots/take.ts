/** Drives Debian's Chromium through the portal and keeps what it shows, so that no picture in the docs can rot. */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chromium, type Browser, type Page } from 'playwright-core'
import { pictureConsole } from './console.ts'

export interface ScreenshotOptions {
  /** `CAMPANILE_HOME` of the running appliance, for the demo's passwords. */
  readonly home: string
  /** Port of the gateway. */
  readonly gateway: number
  /** Port of the console. */
  readonly console: number
  /** Where the pictures go. */
  readonly folder: string
  readonly report: (line: string) => void
}

interface Account {
  readonly email: string
  readonly tenant: string
  readonly password: string
}

interface Picture {
  readonly file: string
  readonly email: string
  readonly link: string
  readonly width: number
  readonly height: number
}

const pictures: readonly Picture[] = [
  {
    file: 'portal-accesses.png',
    email: 'student@university-a.example',
    link: 'Who saw my record',
    width: 1280,
    height: 800,
  },
  {
    file: 'portal-booking-phone.png',
    email: 'student@university-a.example',
    link: 'Book a room',
    width: 390,
    height: 844,
  },
]

/** Takes every picture. */
export async function takeScreenshots(options: ScreenshotOptions): Promise<void> {
  const { home, gateway, folder, report } = options
  mkdirSync(folder, { recursive: true })
  const accounts = JSON.parse(readFileSync(join(home, 'secrets', 'demo.json'), 'utf8')) as readonly Account[]
  await lookAround(`http://127.0.0.1:${gateway}`, accounts)
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  try {
    for (const picture of pictures) {
      const password = accounts.find(({ email }) => email === picture.email)?.password
      if (password === undefined) throw new Error(`no demo account ${picture.email} in ${home}`)
      await take(browser, picture, {
        address: `http://127.0.0.1:${gateway}`,
        password,
        path: join(folder, picture.file),
      })
      report(join(folder, picture.file))
    }
    await pictureConsole(browser, { home, port: options.console, folder, report })
  } finally {
    await browser.close()
  }
}

/** Lets people of the demo read the student's record, and waits until the ledger lists the last look. */
async function lookAround(address: string, accounts: readonly Account[]): Promise<void> {
  const student = await logIn(address, accounts, 'student@university-a.example')
  const path = `${address}/api/academics/students/${subjectOf(student)}`
  for (const reader of ['faculty', 'parent', 'registrar']) {
    const token = await logIn(address, accounts, `${reader}@university-a.example`)
    await fetch(`${path}/transcript`, { headers: { authorization: `Bearer ${token}` } })
  }
  for (let tries = 0; tries < 20; tries++) {
    const answer = await fetch(`${path}/accesses`, { headers: { authorization: `Bearer ${student}` } })
    if ((await answer.text()).includes('"actorRole":"registrar"')) return
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error('the looks did not reach the ledger within 10 s')
}

async function logIn(address: string, accounts: readonly Account[], email: string): Promise<string> {
  const account = accounts.find((candidate) => candidate.email === email)
  const response = await fetch(`${address}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: address },
    body: JSON.stringify({ tenant: account?.tenant, email, password: account?.password }),
  })
  if (!response.ok) throw new Error(`the login of ${email} was answered ${response.status}`)
  return ((await response.json()) as { accessToken: string }).accessToken
}

function subjectOf(token: string): string {
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()
  return (JSON.parse(claims) as { sub: string }).sub
}

interface Target {
  readonly address: string
  readonly password: string
  readonly path: string
}

async function take(browser: Browser, picture: Picture, { address, password, path }: Target): Promise<void> {
  const { width, height, email, link } = picture
  const context = await browser.newContext({
    viewport: { width, height },
    reducedMotion: 'reduce',
    locale: 'en-US',
  })
  const page = await context.newPage()
  await page.goto(address)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
  // One look of one's own, so that there is something to see.
  await open(page, 'My transcript')
  await page.getByText('grade point average', { exact: true }).waitFor()
  await open(page, link)
  await page.waitForLoadState('networkidle')
  await page.screenshot({ path })
  await context.close()
}

function open(page: Page, name: string): Promise<void> {
  return page.getByRole('navigation').getByRole('link', { name }).click()
}
