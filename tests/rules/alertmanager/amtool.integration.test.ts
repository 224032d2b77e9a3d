/** Alertmanager's own tool on the committed configuration. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { alerts } from '../../../contracts/alerts.ts'
import { defaultAlertmanagerOptions } from '../../../rules/alertmanager/options.ts'
import { routingAssertions } from '../../../rules/alertmanager/routes.ts'
import { writeAlertmanager } from '../../../rules/alertmanager/write.ts'
import { engineTool } from '../../support/engine-tools.ts'

const run = promisify(execFile)
const committed = join(import.meta.dirname, '../../../compose/generated/alertmanager/alertmanager.yml')

describe('amtool', () => {
  let amtool: string

  before(async () => {
    amtool = await engineTool('amtool')
  })

  /** Answers 0, or the code amtool ends with. */
  const codeOf = async (...args: readonly string[]): Promise<number> => {
    try {
      await run(amtool, [...args])
      return 0
    } catch (error) {
      return Number((error as { readonly code?: unknown }).code)
    }
  }
  const routed = (receiver: string, labels: Readonly<Record<string, string>>) =>
    codeOf(
      'config',
      'routes',
      'test',
      `--config.file=${committed}`,
      `--verify.receivers=${receiver}`,
      ...Object.entries(labels).map(([name, value]) => `${name}=${value}`),
    )

  it('finds the committed configuration and its templates in order', async () => {
    expect(await codeOf('check-config', committed)).to.equal(0)
  })

  it('finds one with PagerDuty and another scale of time in order', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'campanile-amtool-'))
    try {
      const options = {
        ...defaultAlertmanagerOptions,
        pagerdutyKeyFile: '/secrets/pagerduty.key',
        timeScale: 7,
      }
      await writeAlertmanager(folder, options)
      expect(await codeOf('check-config', join(folder, 'alertmanager.yml'))).to.equal(0)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })

  const assertions = routingAssertions()
  it(`routes every alert as asserted (${assertions.length} assertions of ${Object.keys(alerts).length} alerts)`, async () => {
    for (const { labels, receivers } of assertions) {
      expect(await routed(receivers.join(','), labels), JSON.stringify(labels)).to.equal(0)
    }
  })

  it('does not route a page as a ticket: the assertions can fail', async () => {
    expect(
      await routed('ticket', { alertname: 'ServiceDown', severity: 'critical', area: 'availability' }),
    ).to.equal(1)
  })

  it('makes a ticket of an alert nobody declared, rather than nothing', async () => {
    expect(await routed('ticket', { alertname: 'Invented' })).to.equal(0)
    expect(await routed('page', { alertname: 'Invented', severity: 'critical' })).to.equal(0)
  })
})
