/** What a crash can lose is measured, and is at most a quarter of an hour. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { isRecord, textsOfRule } from '../read/alert.ts'
import { alertControl, isAlert, metricsOf, whyAbove } from '../read/alerting.ts'
import { firstMade } from '../read/made.ts'
import { oncePerScan } from '../read/once.ts'
import { archives } from '../read/postgres-service.ts'
import { isServer, settingOf } from '../read/postgres.ts'
import { isTrue, judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const expected =
  'the log was archived, or a replica is behind, by at most 900 seconds, and an alert says when it is more'
const fix =
  'set archive_timeout = 300 with an archive that works or follow with a replica, and alert above 900 s'
const judge = judgeBy(expected, fix)

const mostOf = (evidence: Evidence): number =>
  parameterOf('BDR-03.seconds', 'production', evidence.parameters)

/** Series that say, in seconds, how much a crash would lose. */
function isLoss(metric: string): boolean {
  return (
    /(?:^|[_:])(?:last_archived?|archived_time|archive_age|replication_lag|replay_lag|rpo|latest_restorable)(?:[_:]|$)/i.test(
      metric,
    ) && !/bytes|offset|^(?:redis|kafka)/i.test(metric)
  )
}

const alerts = alertControl({
  id: 'BDR-03',
  about: 'what a crash would lose',
  expected,
  fix,
  page: {
    why: 'A promise of 15 minutes that nobody measures is a wish: an archiver that stopped last week is noticed on the day of the crash.',
    good: [
      {
        kind: 'postgres',
        type: 'server',
        attributes: {
          about: { is_standby: false },
          setting: { archive_mode: 'on' },
          archiver: { seconds_since_archived: 240 },
          replicas: { connected: 0 },
        },
      },
    ],
    bad: [
      {
        kind: 'postgres',
        type: 'server',
        attributes: {
          about: { is_standby: false },
          setting: { archive_mode: 'on' },
          archiver: { seconds_since_archived: 86400 },
          replicas: { connected: 0 },
        },
      },
    ],
  },
  concerns: ({ metrics }) => metrics.some(isLoss),
  isUnclear: (alert) => metricsOf(alert).some(isLoss),
  whyWrong: (compared, _, evidence) => whyAbove(compared, mostOf(evidence)),
  withinSeconds: (_, evidence) => mostOf(evidence),
  severities: 'none-needed',
})

export const control: Control = {
  ...alerts,
  sources: ['postgres', 'prometheus'],
  applies: (resource) => isServer(resource) || alerts.applies(resource),
  check: (resource, evidence) => {
    if (!isServer(resource)) return alerts.check(resource, evidence)
    const unwatched = judgeAbsence(evidence)?.verdict
    const measured = { ...judgeServer(resource, mostOf(evidence)), part: 'measured' }
    return measured.status === 'not-applicable' || unwatched === undefined
      ? measured
      : [measured, { ...unwatched, part: 'alert' }]
  },
  missing: judgeAbsence,
}

const firstWatching = oncePerScan((evidence) =>
  firstMade(
    evidence,
    (each) => (isAlert(each) || isRecord(each)) && /\bpg_|postgres/i.test(textsOfRule(each)),
  ),
)
const firstLossAlert = oncePerScan((evidence) => firstMade(evidence, alerts.applies))

/** Whoever watches a database has to watch what it could lose. */
function judgeAbsence(evidence: Evidence): ReturnType<NonNullable<Control['missing']>> {
  const resource = firstWatching(evidence)
  return resource === undefined || firstLossAlert(evidence) !== undefined
    ? undefined
    : { resource, verdict: judge.fail('rules watch a database, and none what it could lose') }
}

function judgeServer(server: Resource, most: number): Verdict {
  const isStandby = attributeOf(server, 'about.is_standby')
  if (isStandby?.known === true && isTrue(isStandby.value))
    return judge.notApplicable('its primary is measured')
  const command = settingOf(server, 'archive_command')
  const keepsNothing =
    command?.known === true && textOf(command.value) !== '' && !archives(textOf(command.value))
  // A command that keeps nothing is done with every file at once.
  const measured = keepsNothing ? [] : ['archiver.seconds_since_archived']
  const ages = [...measured, 'replicas.seconds_behind'].map((path) => attributeOf(server, path))
  const known = ages.flatMap((age) => (age?.known === true && age.value !== null ? [Number(age.value)] : []))
  const best = Math.min(...known)
  if (known.length > 0 && best <= most) return judge.pass(`at most ${best} seconds would be lost`)
  const hidden = ages.find((age) => age?.known === false)
  if (hidden?.known === false) return judge.unknown(`what would be lost ${hidden.why}`)
  if (known.length > 0) return judge.fail(`${best} seconds would be lost`)
  const mode = settingOf(server, 'archive_mode')
  const connected = attributeOf(server, 'replicas.connected')
  if (mode?.known !== true || connected?.known !== true)
    return judge.unknown('what would be lost was not told')
  if (Number(connected.value) > 0) return judge.unknown('how far its replicas are behind was not told')
  return mode.value === 'off'
    ? judge.fail('nothing is archived and no replica follows: everything since the last backup would be lost')
    : judge.fail('nothing was archived yet')
}
