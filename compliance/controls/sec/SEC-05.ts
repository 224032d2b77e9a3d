/** Secrets of the secret manager are turned over by themselves. */
import { attributeOf, type Attribute, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { attachedTo, environmentOf, ofType } from '../read/terraform.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'an aws_secretsmanager_secret_rotation turns the secret over within 90 days',
  'add aws_secretsmanager_secret_rotation with automatically_after_days = 90 or less',
)

export const control: Control = {
  id: 'SEC-05',
  sources: ['terraform'],
  page: {
    why: 'A secret that leaked is worth something until it changes; without a machine nobody changes it.',
    good: [
      {
        file: 'main.tf',
        text: `resource "aws_secretsmanager_secret" "database" {
  name = "campus/database"
}
resource "aws_secretsmanager_secret_rotation" "database" {
  secret_id = aws_secretsmanager_secret.database.id
  rotation_rules {
    automatically_after_days = 30
  }
}
`,
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "aws_secretsmanager_secret" "database" {\n  name = "campus/database"\n}\n',
      },
    ],
  },
  applies: ofType('aws_secretsmanager_secret'),
  check: (resource, evidence) => {
    const type = 'aws_secretsmanager_secret_rotation'
    const { certain, possible } = attachedTo(resource, evidence, { type, path: 'secret_id' })
    const days = parameterOf('SEC-05.days', environmentOf(resource, evidence), evidence.parameters)
    // Before version 5 of the provider the rules stood in the secret itself.
    const holders = attributeOf(resource, 'rotation_rules') === undefined ? certain : [...certain, resource]
    const verdicts = holders.map((each) => judgeRules(each, days))
    if (verdicts.length > 0) return worstOf(verdicts, judge.unknown('nothing is known of its rotation'))
    const whole = attributeOf(resource, '')
    if (whole?.known === false) return judge.unknown(whole.why)
    return possible.length > 0
      ? judge.unknown(`${possible[0]?.address ?? type} may turn it over`)
      : judge.fail('nothing turns it over')
  },
}

function judgeRules(holder: Resource, days: number): Verdict {
  const after = attributeOf(holder, 'rotation_rules.0.automatically_after_days')
  const schedule = attributeOf(holder, 'rotation_rules.0.schedule_expression')
  const rule = after ?? schedule
  if (rule === undefined) {
    const rules = attributeOf(holder, 'rotation_rules')
    return rules?.known === false
      ? judge.unknown(`rotation_rules ${rules.why}`, rules)
      : judge.fail('rotation_rules names no time', rules)
  }
  if (!rule.known) return judge.unknown(`rotation_rules ${rule.why}`, rule)
  const found = after === undefined ? daysOf(rule) : Number(rule.value)
  if (found === undefined || Number.isNaN(found)) {
    return judge.unknown('how often its schedule turns it over is not known', rule)
  }
  return found <= days
    ? judge.pass(`it is turned over within ${found} days`, rule)
    : judge.fail(`it is turned over after ${found} days`, rule)
}

/** `rate(30 days)`; a `cron` that names no month and no year comes at least once a month. */
function daysOf(schedule: Attribute): number | undefined {
  const text = schedule.known ? textOf(schedule.value).trim() : ''
  const [, number, unit] = /^rate\((\d{1,4}) (hour|day)s?\)$/.exec(text) ?? []
  if (number !== undefined) return unit === 'hour' ? Number(number) / 24 : Number(number)
  return /^cron\(\S+ \S+ \S+ \* \S+ \*\)$/.test(text) ? 31 : undefined
}
