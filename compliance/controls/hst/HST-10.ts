/** Images of hosts and containers come from somebody known, and are made anew every month. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import { oncePerScan } from '../read/once.ts'
import { ofType } from '../read/terraform.ts'
import { buildsImage, isWorkflow, jobsOf } from '../read/workflow.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'AMIs name their owners, and a schedule rebuilds images at least every 30 days',
  'set owners = ["amazon"] (or your account); add on.schedule to the workflow that builds images',
)
const isAmi = ofType('data.aws_ami', 'data.aws_ami_ids')

const machine: Control = {
  id: 'HST-10',
  sources: ['terraform', 'workflow'],
  applies: (resource) => isAmi(resource) || isWorkflow(resource),
  check: (resource, evidence) => (isAmi(resource) ? judgeAmi(resource) : judgeWorkflow(resource, evidence)),
  page: {
    why: 'Anybody may publish an image under a name that a search finds; and a good one of last year lacks the mends of a year.',
    good: [
      {
        file: 'main.tf',
        text: 'data "aws_ami" "base" {\n  owners      = ["amazon"]\n  most_recent = true\n}\n',
      },
    ],
    bad: [{ file: 'main.tf', text: 'data "aws_ami" "base" {\n  most_recent = true\n}\n' }],
  },
}

export const control = withStatement(
  machine,
  'images of hosts and containers come from owners the house trusts and are rebuilt at least every 30 days',
)

function judgeAmi(resource: Resource): Verdict {
  const owners = attributeOf(resource, 'owners')
  if (owners === undefined || (owners.known && JSON.stringify(owners.value) === '[]')) {
    return judge.fail('owners is not set: anybody may have made it', owners)
  }
  if (!owners.known) return judge.unknown(`owners ${owners.why}`, owners)
  const wrong = [owners.value]
    .flat()
    .map((each) => textOf(each))
    .find((each) => !/^(?:self|amazon|aws-marketplace|\d{12})$/.test(each))
  return wrong === undefined
    ? judge.pass(`it is of ${textOf(owners.value)}`, owners)
    : judge.fail(`${wrong} is no owner`, owners)
}

/** True where some pipeline builds an image by a schedule. */
const hasSchedule = oncePerScan(({ resources }) =>
  resources.some(
    (each) => isWorkflow(each) && builds(each) && attributeOf(each, 'on.schedule') !== undefined,
  ),
)

function judgeWorkflow(workflow: Resource, evidence: Evidence): Verdict {
  const whole = attributeOf(workflow, 'jobs')
  if (whole?.known === false && jobsOf(workflow).length === 0)
    return judge.unknown(`jobs ${whole.why}`, whole)
  if (!builds(workflow)) return judge.notApplicable('it builds no image')
  const schedule = attributeOf(workflow, 'on.schedule')
  if (schedule !== undefined) {
    return isMonthly(workflow)
      ? judge.pass('it builds by a schedule', schedule)
      : judge.fail('it builds less often than monthly', schedule)
  }
  const isElsewhere = hasSchedule(evidence)
  if (isElsewhere) return judge.notApplicable('another pipeline builds by a schedule')
  const platform = attributeOf(workflow, 'platform')
  return platform?.known === true && platform.value === 'gitlab'
    ? judge.unknown('schedules of GitLab stand in the settings of the project')
    : judge.fail('it builds an image, and only when somebody changes something')
}

function builds(workflow: Resource): boolean {
  return jobsOf(workflow).some(({ steps }) => steps.some(buildsImage))
}

/** A schedule that names a month runs once a year. */
function isMonthly(workflow: Resource): boolean {
  return childrenOf(workflow, 'on.schedule').some((path) => {
    const fields = textOf(knownValueOf(workflow, `${path}.cron`))
      .trim()
      .split(/\s+/)
    return fields.length === 5 && /^\*(?:\/1)?$/.test(fields[3] ?? '')
  })
}
