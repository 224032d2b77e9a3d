/** Routing, grouping and inhibition as values. */
import { expect } from 'chai'
import { alerts, type AlertName } from '../../../contracts/alerts.ts'
import { buildConfig } from '../../../rules/alertmanager/config.ts'
import { buildInhibition } from '../../../rules/alertmanager/inhibition.ts'
import { completeOptions, defaultAlertmanagerOptions } from '../../../rules/alertmanager/options.ts'
import { buildRoutes, receiverNames, routingAssertions } from '../../../rules/alertmanager/routes.ts'
import { buildTemplates } from '../../../rules/alertmanager/templates.ts'

const names = Object.keys(alerts) as AlertName[]
const codeOf = (change: Partial<typeof defaultAlertmanagerOptions>) => {
  try {
    completeOptions({ ...defaultAlertmanagerOptions, ...change })
    return undefined
  } catch (error) {
    return (error as { readonly code?: string }).code
  }
}

describe('the routes', () => {
  it('send pages, tickets and the Watchdog where their severity says', () => {
    const expected = { critical: 'page', warning: 'ticket', none: 'heartbeat' } as const
    for (const { labels, receivers } of routingAssertions()) {
      const { severity } = alerts[labels['alertname'] as AlertName]
      expect(receivers.at(-1), labels['alertname']).to.equal(expected[severity])
    }
  })

  it('are asserted for every alert of the catalogue, with and without a tenant', () => {
    expect(routingAssertions()).to.have.lengthOf(2 * names.length)
    const withTenant = routingAssertions().filter(({ labels }) => labels['tenant'] !== undefined)
    expect(withTenant.map(({ labels }) => labels['alertname'])).to.have.members(names)
  })

  it('tell of failing deliveries by a second way, which pages without Alertmanager’s help', () => {
    const found = routingAssertions().filter(({ receivers }) => receivers.length > 1)
    expect(found.map(({ labels }) => labels['alertname'])).to.deep.equal([
      'NotificationsFailing',
      'NotificationsFailing',
    ])
    expect(found[0]?.receivers).to.deep.equal(['direct', 'page'])
  })

  it('group pages by service, so that an acknowledged one hides no other, and a broken log by its tenant', () => {
    const grouped = (buildRoutes(1).routes ?? []).map(({ matchers, group_by }) => [matchers?.[0], group_by])
    expect(grouped).to.deep.include(['severity="critical"', ['alertname', 'service']])
    expect(grouped).to.deep.include(['alertname="LedgerChainBroken"', ['alertname', 'tenant']])
  })

  it('group nothing else by tenant: the number of tenants is open', () => {
    const byTenant = (buildRoutes(1).routes ?? []).filter(({ group_by }) => group_by.includes('tenant'))
    expect(byTenant).to.have.lengthOf(1)
  })

  it('name receivers that exist, and every receiver is used', () => {
    const used = [buildRoutes(1), ...(buildRoutes(1).routes ?? [])].map(({ receiver }) => receiver)
    expect(new Set(used)).to.deep.equal(new Set(receiverNames))
  })

  it('divide waits by the scale of time, and leave repeats of incidents alone', () => {
    const waits = (scale: number) =>
      (buildRoutes(scale).routes ?? []).map((route) => [
        route.receiver,
        route.group_wait,
        route.group_interval,
        route.repeat_interval,
      ])
    expect(waits(1).slice(0, 3)).to.deep.equal([
      ['heartbeat', '0s', '30s', '45s'],
      ['direct', '5s', '30s', '4h'],
      ['page', '5s', '30s', '4h'],
    ])
    expect(waits(10).slice(0, 3)).to.deep.equal([
      ['heartbeat', '0s', '3s', '4500ms'],
      ['direct', '500ms', '3s', '4h'],
      ['page', '500ms', '3s', '4h'],
    ])
    expect(waits(600)[0]).to.deep.equal(['heartbeat', '0s', '1s', '900ms'])
  })
})

describe('the inhibition', () => {
  /** The alerts of the catalogue that matchers on name and severity leave over. */
  const matched = (matchers: readonly string[]): AlertName[] =>
    names.filter((name) =>
      matchers.every((matcher) => {
        const [, label, isRegex, value = ''] = /^(\w+)=(~?)"(.*)"$/.exec(matcher) ?? []
        const found = label === 'alertname' ? name : label === 'severity' ? alerts[name].severity : undefined
        if (found === undefined) return true
        return isRegex === '~' ? value.split('|').includes(found) : value === found
      }),
    )

  it('never lets a ticket keep a page quiet', () => {
    for (const { source_matchers, target_matchers } of buildInhibition()) {
      const sources = matched(source_matchers).map((name) => alerts[name].severity)
      const targets = matched(target_matchers).map((name) => alerts[name].severity)
      if (targets.some((severity) => severity === 'critical')) expect(sources).not.to.include('warning')
      expect(targets).not.to.include('none')
    }
  })

  it('names alerts that exist', () => {
    const matchers = buildInhibition().flatMap((rule) => [...rule.source_matchers, ...rule.target_matchers])
    const named = matchers.flatMap((matcher) => /^alertname=~?"(.*)"$/.exec(matcher)?.[1]?.split('|') ?? [])
    expect(named).not.to.have.lengthOf(0)
    for (const name of named) expect(names).to.include(name)
  })
})

describe('the options', () => {
  it('complete addresses without a path', () => {
    const complete = completeOptions({
      ...defaultAlertmanagerOptions,
      consoleUrl: 'http://127.0.0.1:6002/',
      inboxUrl: 'http://127.0.0.1:6002',
      heartbeatUrl: 'http://127.0.0.1:6003/',
    })
    expect(complete.consoleUrl).to.equal('http://127.0.0.1:6002')
    expect(complete.inboxUrl).to.equal('http://127.0.0.1:6002/v2/enqueue')
    expect(complete.heartbeatUrl).to.equal('http://127.0.0.1:6003/beat')
  })

  it('refuse what could become a template, another file or a scale that is none', () => {
    const invalid = 'ALERTMANAGER_OPTION_INVALID'
    expect(codeOf({ consoleUrl: 'http://127.0.0.1/{{ .ExternalURL }}' })).to.equal(invalid)
    expect(codeOf({ inboxUrl: 'javascript:alert(1)' })).to.equal(invalid)
    expect(codeOf({ heartbeatUrl: 'http://user:secret@127.0.0.1/beat' })).to.equal(invalid)
    expect(codeOf({ inboxKeyFile: 'inbox.key' })).to.equal(invalid)
    expect(codeOf({ pagerdutyKeyFile: '/a\nb' })).to.equal(invalid)
    expect(codeOf({ timeScale: 0.5 })).to.equal(invalid)
    expect(codeOf({ timeScale: Number.NaN })).to.equal(invalid)
  })
})

describe('the receivers', () => {
  const sendersOf = (pagerdutyKeyFile?: string) => {
    const options = {
      ...defaultAlertmanagerOptions,
      ...(pagerdutyKeyFile === undefined ? {} : { pagerdutyKeyFile }),
    }
    return JSON.parse(JSON.stringify(buildConfig(options).receivers))
  }

  it('tell the inbox alone without a key of PagerDuty, and both with one', () => {
    const urls = (receivers: ReturnType<typeof sendersOf>) =>
      receivers[0].pagerduty_configs.map(({ url }: { readonly url: string }) => url)
    expect(urls(sendersOf())).to.deep.equal(['http://127.0.0.1:5002/v2/enqueue'])
    expect(urls(sendersOf('/secrets/pagerduty.key'))).to.deep.equal([
      'http://127.0.0.1:5002/v2/enqueue',
      'https://events.pagerduty.com/v2/enqueue',
    ])
  })

  it('hold no key, only the names of their files', () => {
    expect(JSON.stringify(sendersOf('/secrets/pagerduty.key'))).not.to.match(/"routing_key":/)
  })

  it('use only templates that are defined', () => {
    const defined = [...buildTemplates(defaultAlertmanagerOptions).matchAll(/define "([^"]+)"/g)].map(
      ([, name]) => name,
    )
    const text = JSON.stringify(sendersOf()) + buildTemplates(defaultAlertmanagerOptions)
    const used = [...text.matchAll(/template \\?"([^"\\]+)\\?"/g)].map(([, name]) => name)
    expect(used).not.to.have.lengthOf(0)
    for (const name of used) expect(defined).to.include(name)
    expect(new Set(used)).to.deep.equal(new Set(defined))
  })
})
