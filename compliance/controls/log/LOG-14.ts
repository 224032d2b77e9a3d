/** Clocks agree, and times are written in UTC. */
import type { Resource } from '../../evidence.ts'
import { attributeOf } from '../../evidence.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import { isAlert, comparedIn } from '../read/alerting.ts'
import { isAnswer, judgeAnswer } from '../read/measured.ts'
import { isServer } from '../read/postgres.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'clocks are synchronised and watched, and log_timezone is UTC',
  'run chrony or systemd-timesyncd, alert on node_timex_sync_status == 0, and set log_timezone = UTC',
)
const isClock = isAnswer('LOG-14.synchronised')

const measured: Control = {
  id: 'LOG-14',
  sources: ['prometheus', 'postgres', 'metrics'],
  page: {
    why: 'Two logs whose clocks differ cannot be laid side by side, and the order of events is what an inquiry asks first.',
    good: [{ kind: 'postgres', type: 'server', attributes: { setting: { log_timezone: 'UTC' } } }],
    bad: [{ kind: 'postgres', type: 'server', attributes: { setting: { log_timezone: 'Europe/Berlin' } } }],
  },
  applies: (resource) => isServer(resource) || isClock(resource) || isClockAlert(resource),
  check: (resource) => {
    if (isClock(resource)) {
      return judgeAnswer(judge, resource, {
        accepts: (value) => value === 1,
        says: (value) => (value === 1 ? 'the clock is synchronised' : 'the clock is not synchronised'),
      })
    }
    return isServer(resource) ? judgeServer(resource) : judgeClockAlert(resource)
  },
}

export const control = withStatement(
  measured,
  'every machine takes its time from the same servers, and applications write times in UTC',
)

function isClockAlert(resource: Resource): boolean {
  const isClocks = ({ metrics }: { readonly metrics: readonly string[] }) =>
    metrics.some((name) => /^node_timex_|chrony|ntp_/.test(name))
  return isAlert(resource) && (comparedIn(resource)?.some(isClocks) ?? false)
}

function judgeClockAlert(alert: Resource): Verdict {
  const never = attributeOf(alert, 'query.never')
  return never?.known === true
    ? judge.fail(`it never fires: ${textOf(never.value)}`, never)
    : judge.pass(`${alert.name} watches the clocks`)
}

function judgeServer(server: Resource): Verdict {
  const zone = attributeOf(server, 'setting.log_timezone')
  if (zone?.known !== true) return judge.unknown(zone?.why ?? 'log_timezone is not told')
  const isUtc = /^(?:(?:Etc\/)?(?:UTC|UCT|Zulu|Universal|GMT)|GMT0?)$/i.test(textOf(zone.value))
  const found = `log_timezone is ${textOf(zone.value)}`
  return isUtc ? judge.pass(found, zone) : judge.fail(found, zone)
}
