/** Critical alerts page somebody, no alert goes nowhere, and somebody notices when alerting itself is silent. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  lastSegmentOf,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isAlert, textsOf } from '../read/alerting.ts'
import { routesOf, waysOf, type Labels, type Ways } from '../read/routing.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'amtool takes the file, critical alerts reach a receiver that pages, every alert reaches one that notifies, and a watchdog is delivered',
  'route severity="critical" to a receiver with pagerduty_configs, and give every receiver a way to notify',
)

const receivers =
  'receivers:\n  - name: page\n    pagerduty_configs:\n      - routing_key_file: /run/secrets/pagerduty\n  - name: ticket\n    webhook_configs:\n      - url: https://tickets.campus.example/alerts\n'

export const control: Control = {
  id: 'MON-10',
  sources: ['alertmanager', 'prometheus'],
  page: {
    why: 'An alert that reaches nobody is worse than none: everybody believes somebody was told. A watchdog that always fires shows that the way is open.',
    good: [
      {
        file: 'alertmanager.yml',
        text: `route:\n  receiver: ticket\n  routes:\n    - matchers: ['severity="critical"']\n      receiver: page\n${receivers}`,
      },
      {
        file: 'rules.yml',
        text: 'groups:\n  - name: watchdog\n    rules:\n      - alert: Watchdog\n        expr: vector(1)\n        labels:\n          severity: none\n',
      },
    ],
    bad: [
      {
        file: 'alertmanager.yml',
        text: 'route:\n  receiver: nobody\nreceivers:\n  - name: nobody\n',
      },
    ],
  },
  applies: ({ kind, type }) => kind === 'alertmanager' && type === 'config',
  check: judgeConfig,
}

const paging: ReadonlySet<string> = new Set(['pagerduty', 'opsgenie', 'victorops', 'incidentio'])

function judgeConfig(config: Resource, evidence: Evidence): readonly Verdict[] {
  const problems = attributeOf(config, 'problems')
  if (problems?.known !== true) return [judge.unknown(problems?.why ?? 'nobody looked for problems')]
  const refused = childrenOf(config, 'problems').map((path): Verdict => {
    const message = textOf(knownValueOf(config, `${path}.message`))
    return { ...judge.fail(message, attributeOf(config, path)), part: message }
  })
  if (refused.length > 0) return refused
  const channels = channelsOf(config, evidence)
  const routes = routesOf(config, evidence)
  const alerts = evidence.resources.filter(isAlert)
  const pages = (way: ReadonlySet<string>) =>
    [...way].some((name) => channels.get(name)?.some((each) => paging.has(each)))
  const notifies = (way: ReadonlySet<string>) =>
    [...way].some((name) => (channels.get(name)?.length ?? 0) > 0)
  const say = (
    part: string,
    ways: Ways | undefined,
    isRight: (way: ReadonlySet<string>) => boolean,
  ): Verdict => {
    if (ways === undefined) return { ...judge.unknown('which routes match is not known'), part }
    const wrong = ways.find((way) => !isRight(way))
    const verdict =
      wrong === undefined
        ? judge.pass(`${part}: delivered`)
        : judge.fail(`${part}: may reach ${[...wrong].join(', ')} only`)
    return { ...verdict, part }
  }
  // A name no route asks for: alerts that are written next year go this way.
  const other = ['alertname', 'one that no route names'] as const
  const each = alerts.filter(({ name }) => !isWatchdog.test(name))
  const wrong = each
    .map((alert) => {
      const isRight = isCritical(alert) ? pages : notifies
      return say(`${alert.name} is delivered`, waysOf(routes, labelsOf(alert)), isRight)
    })
    .filter(({ status }) => status !== 'pass')
  return [
    say('critical alerts page', waysOf(routes, new Map([other, ['severity', 'critical']])), pages),
    say('every alert notifies', waysOf(routes, new Map([other])), notifies),
    ...wrong,
    ...judgeWatchdog(alerts, (alert) =>
      say('the watchdog is delivered', waysOf(routes, labelsOf(alert)), notifies),
    ),
  ]
}

const isWatchdog = /^(?:watchdog|deadmansswitch|infoinhibitor)$/i

function isCritical(alert: Resource): boolean {
  return /^(?:critical|page)$/i.test(textOf(knownValueOf(alert, 'labels.severity')))
}

/** An expression of a constant always fires; so does one that compares nothing with nothing. */
function judgeWatchdog(alerts: readonly Resource[], say: (alert: Resource) => Verdict): readonly Verdict[] {
  const part = 'the watchdog is delivered'
  if (alerts.length === 0) return [{ ...judge.unknown('the rules are not part of the scan'), part }]
  const watchdog = alerts.find(
    (alert) =>
      knownValueOf(alert, 'query.is_constant') === true || /^(?:watchdog|deadmansswitch)$/i.test(alert.name),
  )
  return [
    watchdog === undefined ? { ...judge.fail('no alert always fires (vector(1))'), part } : say(watchdog),
  ]
}

function labelsOf(alert: Resource): Labels {
  const labels = new Map([['alertname', alert.name]])
  for (const path of childrenOf(alert, 'labels')) {
    const value = textOf(knownValueOf(alert, path))
    if (value !== '' && !value.includes('{{')) labels.set(lastSegmentOf(path), value)
  }
  return labels
}

function channelsOf(config: Resource, { resources }: Evidence): ReadonlyMap<string, readonly string[]> {
  const own = resources.filter(
    ({ kind, type, position }) =>
      kind === 'alertmanager' && type === 'receiver' && position.file === config.position.file,
  )
  return new Map(own.map((each) => [each.name, textsOf(knownValueOf(each, 'channels'))]))
}
