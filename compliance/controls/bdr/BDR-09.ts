/** Backups are made every six hours, every night and every week, and kept for as long as each is worth. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { isBackupJob, judgeJob } from '../read/backup-job.ts'
import { cadenceOf, type Cadence } from '../read/schedule.ts'
import { environmentOf, ofType } from '../read/terraform.ts'
import { isTrue, judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'daily at 02:00 UTC kept for 30 days, every six hours kept for 7, weekly kept for a year in cold storage',
  'add a rule for each to the plan; start the daily job with the schedule 0 2 * * *',
)

const isPlan = ofType('aws_backup_plan')
const rule = (name: string, schedule: string, lifecycle: string) =>
  `  rule {\n    rule_name         = "${name}"\n    target_vault_name = "campus"\n    schedule          = "${schedule}"\n    lifecycle {\n      ${lifecycle}\n    }\n  }\n`
const plan = (rules: string) => ({
  file: 'main.tf',
  text: `resource "aws_backup_plan" "main" {\n  name = "campus"\n${rules}}\n`,
})
const daily = rule('daily', 'cron(0 2 * * ? *)', 'delete_after = 30')

export const control: Control = {
  id: 'BDR-09',
  page: {
    why: 'One backup a night loses a day, and thirty days of them know nothing of last term. Each distance in time needs its own.',
    good: [
      plan(
        daily +
          rule('frequent', 'cron(0 0/6 * * ? *)', 'delete_after = 7') +
          rule('weekly', 'cron(0 3 ? * SUN *)', 'cold_storage_after = 30\n      delete_after       = 365'),
      ),
    ],
    bad: [plan(daily)],
  },
  sources: ['terraform', 'kubernetes', 'compose'],
  applies: (resource) => isPlan(resource) || isBackupJob(resource),
  check: (resource, evidence) =>
    isPlan(resource) ? judgePlan(resource, evidence) : judgeJob(judge, resource, evidence),
}

interface Rule {
  readonly cadence: Cadence | undefined
  /** Infinite where nothing deletes it; undefined where nobody knows. */
  readonly days: number | undefined
  readonly isCold: boolean
  readonly isContinuous: boolean
  readonly isHidden: boolean
}

function judgePlan(plan: Resource, evidence: Evidence): readonly Verdict[] {
  const whole = attributeOf(plan, 'rule')
  const paths = childrenOf(plan, 'rule')
  const rules = paths.map((path) => readRule(plan, path))
  const isOpen = (whole?.known === false && paths.length === 0) || paths.some((path) => path.endsWith('.*'))
  const environment = environmentOf(plan, evidence)
  const least = (name: 'daily' | 'frequent' | 'weekly'): number =>
    parameterOf(`BDR-09.${name}_days`, environment, evidence.parameters)
  const said = (part: string, fits: (rule: Rule) => boolean): Verdict => {
    if (rules.some(fits)) return { ...judge.pass(`a rule is ${part}`), part }
    return isOpen || rules.some(({ isHidden }) => isHidden)
      ? { ...judge.unknown(`whether a rule is ${part} is not known`), part }
      : { ...judge.fail(`no rule is ${part}`), part }
  }
  const isKept = ({ days }: Rule, atLeast: number): boolean => days !== undefined && days >= atLeast
  return [
    said('daily at 02:00 UTC', (each) => isNightly(each.cadence) && isKept(each, least('daily'))),
    said(
      'every six hours',
      (each) =>
        (each.isContinuous || (each.cadence !== undefined && each.cadence.hours <= 6)) &&
        isKept(each, least('frequent')),
    ),
    said(
      'weekly, in cold storage',
      (each) => each.cadence?.hours === 168 && each.isCold && isKept(each, least('weekly')),
    ),
  ]
}

function isNightly(cadence: Cadence | undefined): boolean {
  return cadence?.hours === 24 && cadence.atHour === 2 // 02:00 UTC: the schedule of the source documents
}

function readRule(plan: Resource, path: string): Rule {
  const schedule = attributeOf(plan, `${path}.schedule`)
  const kept = attributeOf(plan, `${path}.lifecycle.0.delete_after`)
  const zone = attributeOf(plan, `${path}.schedule_expression_timezone`)
  const isUtc = zone === undefined || (zone.known && /^(Etc\/)?UTC$/.test(textOf(zone.value ?? 'UTC')))
  const isContinuous = attributeOf(plan, `${path}.enable_continuous_backup`)
  return {
    cadence: schedule?.known === true && isUtc ? cadenceOf(textOf(schedule.value)) : undefined,
    days:
      kept === undefined || (kept.known && kept.value === null)
        ? Number.POSITIVE_INFINITY
        : kept.known
          ? Number(kept.value)
          : undefined,
    isCold: Number(knownValueOf(plan, `${path}.lifecycle.0.cold_storage_after`) ?? 0) > 0,
    isContinuous: isContinuous?.known === true && isTrue(isContinuous.value),
    isHidden: [schedule, kept, zone, isContinuous].some((attribute) => attribute?.known === false),
  }
}
