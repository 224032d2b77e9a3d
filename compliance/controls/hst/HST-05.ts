/** Holes of hosts are closed on a day that is fixed, without anybody thinking of it. */
import { attributeOf, childrenOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import { bestOf, type Answer } from '../read/certainty.ts'
import { firstMade } from '../read/made.ts'
import { mended } from '../read/mend.ts'
import { inRoot, oncePerRoot } from '../read/neighbours.ts'
import { attachedTo, environmentOf, ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, judgeValue } from '../verdict.ts'
import { textOf } from '../text.ts'
import { isMachine } from './hosts.ts'

const judge = judgeBy(
  'patches are approved within 15 days and installed in a window of their own',
  'add aws_ssm_patch_baseline and aws_ssm_maintenance_window with AWS-RunPatchBaseline, or google_os_config_patch_deployment',
)
const isBaseline = ofType('aws_ssm_patch_baseline')
const isWindow = ofType('aws_ssm_maintenance_window')
const isDeployment = ofType('google_os_config_patch_deployment')

const machine: Control = {
  id: 'HST-05',
  sources: ['terraform'],
  applies: (resource) => isBaseline(resource) || isWindow(resource) || isDeployment(resource),
  check: (resource, evidence) => {
    if (isBaseline(resource)) return judgeBaseline(resource, evidence)
    return isWindow(resource) ? judgeWindow(resource, evidence) : judgeDeployment(resource)
  },
  missing: (evidence) => {
    const host = firstMade(evidence, isMachine)
    return host === undefined
      ? undefined
      : { resource: host, verdict: judge.fail('a host, and nothing patches it') }
  },
  page: {
    why: 'Most hosts that are broken into are broken into by a hole closed months before, on all hosts but this one.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_ssm_patch_baseline" "main" {\n  name = "campus"\n\n  approval_rule {\n    approve_after_days = 7\n  }\n}\n\nresource "aws_ssm_maintenance_window" "main" {\n  name     = "patches"\n  schedule = "cron(0 2 ? * SUN *)"\n  duration = 3\n  cutoff   = 1\n}\n\nresource "aws_ssm_maintenance_window_task" "main" {\n  window_id = aws_ssm_maintenance_window.main.id\n  task_type = "RUN_COMMAND"\n  task_arn  = "AWS-RunPatchBaseline"\n}\n',
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "aws_ssm_patch_baseline" "main" {\n  name = "campus"\n\n  approval_rule {\n    approve_after_days = 60\n  }\n}\n',
      },
    ],
  },
}

export const control = withStatement(
  machine,
  'no host has a critical hole that is known for longer than 15 days',
)

function judgeBaseline(resource: Resource, evidence: Evidence): Verdict | readonly Verdict[] {
  const rules = childrenOf(resource, 'approval_rule')
  const whole = attributeOf(resource, 'approval_rule')
  if (whole?.known === false && rules.length === 0) return judge.unknown(`approval_rule ${whole.why}`, whole)
  if (rules.length === 0) return judge.fail('no rule approves patches by itself')
  const installed = { ...judgeInstalling(installs(resource, evidence)), part: 'window' }
  const most = parameterOf('HST-05.days', environmentOf(resource, evidence), evidence.parameters)
  const approved = rules.map((rule): Verdict => {
    const path = `${rule}.approve_after_days`
    const verdict = judgeValue(judge, resource, {
      path,
      accepts: (value) => Number(value) <= most,
      absent: 'pass',
    })
    return { ...mended(verdict, { set: path, to: most }), part: path }
  })
  return [...approved, installed]
}

/** A baseline says what may be installed, and installs nothing. */
function judgeInstalling(answer: Answer): Verdict {
  if (answer === 'yes') return judge.pass('a window installs what it approves')
  return answer === 'maybe'
    ? judge.unknown('what the windows do is not known')
    : judge.fail('no window installs what it approves')
}

const installs = oncePerRoot((of, evidence): Answer => {
  const tasks = inRoot(evidence, of, 'aws_ssm_maintenance_window_task').map((task) =>
    patches(task, 'task_arn'),
  )
  const associations = inRoot(evidence, of, 'aws_ssm_association')
    .filter((each) => attributeOf(each, 'schedule_expression') !== undefined)
    .map((each) => patches(each, 'name'))
  return bestOf([...tasks, ...associations])
})

function patches(task: Resource, path: string): Answer {
  const document = attributeOf(task, path)
  if (document?.known === false) return 'maybe'
  return /PatchBaseline/.test(textOf(document?.value)) ? 'yes' : 'no'
}

/** A window that patches nothing is about something else. */
function judgeWindow(resource: Resource, evidence: Evidence): Verdict {
  const tasks = attachedTo(resource, evidence, { type: 'aws_ssm_maintenance_window_task', path: 'window_id' })
  const isPatching = [...tasks.certain, ...tasks.possible].some((task) => patches(task, 'task_arn') === 'yes')
  if (resource.attributes.has('')) return judge.unknown('nothing is known of it')
  if (!isPatching) return judge.notApplicable('no task of it installs patches')
  return mended(judgeValue(judge, resource, { path: 'enabled', accepts: isTrue, absent: 'pass' }), {
    set: 'enabled',
    to: true,
  })
}

function judgeDeployment(resource: Resource): Verdict {
  const schedule = attributeOf(resource, 'recurring_schedule')
  if (schedule === undefined) return judge.fail('recurring_schedule is not set: it patches once')
  return schedule.known || childrenOf(resource, 'recurring_schedule').length > 0
    ? judge.pass('it patches again and again', schedule)
    : judge.unknown(`recurring_schedule ${schedule.why}`, schedule)
}
