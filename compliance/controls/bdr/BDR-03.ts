/** What a crash can lose is measured, and is at most a quarter of an hour. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { isAlert, judgeThreshold, textsOfRule, isRecord } from '../read/alert.ts'
import { firstMade } from '../read/made.ts'
import { isServer, settingOf } from '../read/postgres.ts'
import { isTrue, judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'the log was archived, or a replica is behind, by at most 900 seconds, and an alert says when it is more',
  'set archive_timeout = 300 with an archive that works or follow with a replica, and alert above 900 s',
)

export const control: Control = {
  id: 'BDR-03',
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
  sources: ['postgres', 'prometheus'],
  applies: (resource) => isServer(resource) || isLossAlert(resource),
  check: (resource, evidence) => {
    const most = parameterOf('BDR-03.seconds', 'production', evidence.parameters)
    return isServer(resource) ? judgeServer(resource, most) : judgeThreshold(judge, resource, most)
  },
  missing: judgeAbsence,
}

/** Series that say how much a crash would lose. */
const series = /last_archive|archived_time|archive_age|replication_lag|replay_lag|rpo|latest_restorable/i

function isLossAlert(resource: Resource): boolean {
  return isAlert(resource) && series.test(textsOfRule(resource))
}

/** Whoever watches a database has to watch what it could lose. */
function judgeAbsence(evidence: Evidence): ReturnType<NonNullable<Control['missing']>> {
  const resource = firstMade(
    evidence,
    (each) => (isAlert(each) || isRecord(each)) && /\bpg_|postgres/i.test(textsOfRule(each)),
  )
  return resource === undefined
    ? undefined
    : { resource, verdict: judge.fail('rules watch a database, and none what it could lose') }
}

function judgeServer(server: Resource, most: number): Verdict {
  const isStandby = attributeOf(server, 'about.is_standby')
  if (isStandby?.known === true && isTrue(isStandby.value))
    return judge.notApplicable('its primary is measured')
  const ages = ['archiver.seconds_since_archived', 'replicas.seconds_behind'].map((path) =>
    attributeOf(server, path),
  )
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
