import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Browser } from 'playwright-core'
import {
  faroAppKey,
  startCollectorProcess,
  type RunningCollector,
} from '../../collector/process-under-test.ts'
import { freePort } from '../../support/free-port.ts'
import { eventually } from '../../support/poll.ts'
import { startCampus, type Campus } from '../gateway/campus.ts'
import { startBrowser } from './browser.ts'
import { openPortal } from './portal-page.ts'

interface LogRecord {
  readonly body: unknown
  readonly attributes: Readonly<Record<string, unknown>>
}

/** What a page might tell of a person if nothing stood in the way. */
const name = 'Petra Pinewell'
const email = 'petra.pinewell@university-a.example'

/** The page and the real collector with the configuration the appliance gives it, CORS and key included. */
describe('the telemetry of the portal', () => {
  let home: string
  let collector: RunningCollector
  let campus: Campus
  let browser: Browser
  before(async () => {
    home = mkdtempSync(join(tmpdir(), 'campanile-faro-'))
    const gatewayPort = await freePort()
    collector = await startCollectorProcess(home, [], { CAMPANILE_PORT_GATEWAY: String(gatewayPort) })
    const faro = { url: `${collector.url('faro')}/collect`, apiKey: faroAppKey }
    campus = await startCampus({ faro, gatewayPort })
    browser = await startBrowser()
  })
  after(async () => {
    await browser?.close()
    await campus?.stop()
    await collector?.kill('SIGTERM')
    rmSync(home, { recursive: true, force: true })
  })

  async function stored(): Promise<readonly LogRecord[]> {
    const answer = await fetch(`${collector.url('query')}/api/logs?service=campus-portal&limit=500`)
    return ((await answer.json()) as { logs: readonly LogRecord[] }).logs
  }

  it('arrives as log records without anybody’s name, and the console stays clean', async () => {
    const { page, errors, logIn, goTo, close } = await openPortal(browser, campus, { width: 'desktop' })
    await logIn('student@university-a.example')
    await goTo('GPA')
    await page.evaluate(`setTimeout(() => { throw new TypeError('cannot read grade of ${name}, ${email}') })`)
    await eventually('an exception is stored', async () =>
      (await stored()).some(({ attributes }) => attributes['exception.type'] === 'TypeError'),
    )
    await eventually('a web vital is stored', async () => {
      // Hidden pages send what they have measured so far.
      await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`)
      return (await stored()).some(({ attributes }) => attributes['faro.kind'] === 'measurement')
    })
    const records = await stored()
    const views = new Set(records.map(({ attributes }) => attributes['faro.view']))
    expect([...views]).to.include('gpa')
    const text = JSON.stringify(records)
    for (const part of [name, 'Pinewell', email, 'student@university-a.example']) {
      expect(text, part).not.to.include(part)
    }
    // The error thrown above is the only thing the browser has to say.
    expect(errors).to.have.length(1)
    await close()
  })

  it('is turned away at the door from a page of another origin or without the key', async () => {
    const send = (headers: Record<string, string>) =>
      fetch(`${collector.url('faro')}/collect`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{}',
      })
    const own = { origin: campus.urls.gateway, 'x-api-key': faroAppKey }
    const foreign = await send({ ...own, origin: 'https://elsewhere.example' })
    expect(foreign.headers.get('access-control-allow-origin')).to.equal(null)
    expect((await send({ origin: own.origin })).status).to.equal(401)
    const taken = await send(own)
    expect(taken.status).to.equal(202)
    expect(taken.headers.get('access-control-allow-origin')).to.equal(own.origin)
  })
})
