import { expect } from 'chai'
import { services } from '../../contracts/services.ts'
import { sharedAppliance, type Appliance } from '../support/appliance.ts'
import { eventually } from '../support/poll.ts'

interface Target {
  readonly labels: Readonly<Record<string, string>>
  readonly health: string
  readonly lastError: string
}

describe('the scrape configuration', () => {
  let appliance: Appliance
  before(async () => (appliance = await sharedAppliance()))

  const targets = async (): Promise<readonly Target[]> => {
    const response = await fetch(`${appliance.url('prometheus')}/api/v1/targets?state=active`)
    return ((await response.json()) as { data: { activeTargets: readonly Target[] } }).data.activeTargets
  }

  it('reaches every process, and all of them answer', async () => {
    const up = await eventually(
      'every target is up',
      async () => {
        const found = await targets()
        return found.length > 0 && found.every(({ health }) => health === 'up') && found
      },
      { withinMillis: 180_000, everyMillis: 500 },
    )
    const jobs = new Set(up.map(({ labels }) => labels['job']))
    for (const name of [...services, 'prometheus', 'alertmanager', 'node-exporter']) {
      expect(jobs.has(name), `a target of job ${name} among ${[...jobs].join(', ')}`).to.equal(true)
    }
  })

  it('finds the alertmanager', async () => {
    await eventually('Prometheus has an alertmanager', async () => {
      const response = await fetch(`${appliance.url('prometheus')}/api/v1/alertmanagers`)
      const { data } = (await response.json()) as { data: { activeAlertmanagers: unknown[] } }
      return data.activeAlertmanagers.length === 1
    })
  })

  it('leaves the registered metrics of the campus in Prometheus', async () => {
    await eventually('request durations arrive', async () => {
      const query = 'sum by (service) (http_server_request_duration_seconds_count)'
      const response = await fetch(
        `${appliance.url('prometheus')}/api/v1/query?${new URLSearchParams({ query })}`,
      )
      const { data } = (await response.json()) as { data: { result: { metric: { service: string } }[] } }
      const seen = new Set(data.result.map(({ metric }) => metric.service))
      return ['gateway', 'users', 'academics', 'booking', 'ledger'].every((service) => seen.has(service))
    })
  })
})
