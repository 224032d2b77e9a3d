/** Jobs that make backups, whatever starts them: a CronJob of Kubernetes, a service of Compose. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  lastSegmentOf,
  type Attribute,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import type { Judge } from '../verdict.ts'
import { textOf } from '../text.ts'
import { isService } from './compose.ts'
import { inFolder } from './neighbours.ts'
import { cadenceOf } from './schedule.ts'

const words = /backup|pg_?dump|wal-g|pgbackrest|barman|velero|restic|borg/i

function isCronJob({ kind, type }: Resource): boolean {
  return kind === 'kubernetes' && type === 'cronjob'
}

/** True for what makes backups by its name or its image. */
export function isBackupJob(resource: Resource): boolean {
  if (isService(resource)) return words.test(`${resource.name} ${textOf(knownValueOf(resource, 'image'))}`)
  if (!isCronJob(resource)) return false
  const path = 'spec.jobTemplate.spec.template.spec.containers'
  const images = childrenOf(resource, path).map((each) => textOf(knownValueOf(resource, `${each}.image`)))
  return words.test([resource.name, ...images].join(' '))
}

/** Judges when a job runs: every night at two, every six hours, or every week beside one that is more often. */
export function judgeJob(judge: Judge, job: Resource, evidence: Evidence): Verdict {
  const schedule = scheduleOf(job)
  if (schedule === undefined) return judge.unknown('when it runs is not told')
  if (!schedule.known) return judge.unknown(`its schedule ${schedule.why}`, schedule)
  if (knownValueOf(job, 'spec.suspend') === true)
    return judge.fail('it is suspended', attributeOf(job, 'spec.suspend'))
  const zone = textOf(knownValueOf(job, 'spec.timeZone'))
  const text = textOf(schedule.value)
  const cadence = cadenceOf(text)
  const found = `it runs at ${text}${zone === '' ? '' : ` ${zone}`}`
  if (cadence === undefined) return judge.fail(found, schedule)
  const isUtc = /^$|^(Etc\/)?UTC$/.test(zone)
  const isGood = cadence.hours <= 6 || (cadence.hours === 24 && cadence.atHour === 2 && isUtc)
  if (isGood || (cadence.hours === 168 && hasOften(job, evidence))) return judge.pass(found, schedule)
  return judge.fail(found, schedule)
}

function hasOften(job: Resource, evidence: Evidence): boolean {
  return inFolder(evidence, job).some((each) => {
    if (each === job || !isBackupJob(each)) return false
    const schedule = scheduleOf(each)
    return schedule?.known === true && (cadenceOf(textOf(schedule.value))?.hours ?? 999) <= 24
  })
}

function scheduleOf(job: Resource): Attribute | undefined {
  if (isCronJob(job)) return attributeOf(job, 'spec.schedule') ?? attributeOf(job, '')
  const path = childrenOf(job, 'environment').find((each) => /SCHEDULE|CRON/i.test(lastSegmentOf(each)))
  if (path !== undefined) return attributeOf(job, path)
  const whole = attributeOf(job, 'environment')
  return whole?.known === false ? whole : undefined
}
