/** Somebody compares every day what runs with what is written. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { hasOption, programOf, programWords, type ShellCommand } from '../../gather/shell/command.ts'
import type { Control } from '../control.ts'
import { gateControl } from '../read/gate.ts'
import { jobsOf } from '../read/workflow.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'
import { workflowExample } from './examples.ts'

const job = (line: string) => ['drift:', '  runs-on: ubuntu-24.04', '  steps:', `    - run: ${line}`]

const expected = 'a plan runs at least daily, and a difference fails it'
const fix = 'add a workflow with on.schedule and terraform plan -detailed-exitcode'

const gate = gateControl({
  id: 'CIC-16',
  expected,
  fix,
  absence: 'no scheduled plan compares what runs with the code',
  action: /^(?:dflook\/terraform-check|driftctl-actions\/.*|snyk\/driftctl-action)$/i,
  command: (command) => isPlan(command),
  weakness: (step, workflow) => {
    const isSilent = step.commands.some(
      (each) =>
        isPlan(each) &&
        !hasOption(each, '-detailed-exitcode', '--detailed-exitcode') &&
        programOf(each) !== 'driftctl',
    )
    if (isSilent) return 'a difference does not fail it (-detailed-exitcode)'
    return isDaily(workflow) ? undefined : 'it runs less often than daily'
  },
  page: {
    why: 'What somebody changed by hand is in no review and no backup, and the next deploy takes it away or trips over it.',
    good: [
      workflowExample(job('terraform plan -detailed-exitcode'), [
        "on: { schedule: [{ cron: '0 4 * * *' }] }",
      ]),
    ],
    bad: [
      workflowExample(job('terraform plan -detailed-exitcode'), [
        "on: { schedule: [{ cron: '0 4 * * 1' }] }",
      ]),
    ],
  },
})

const judge = judgeBy(expected, fix)

export const control: Control = {
  ...gate,
  // A plan for a pull request compares too, but only when somebody asks for a change.
  check: (resource, evidence) =>
    isHidden(resource) || isScheduled(resource)
      ? gate.check(resource, evidence)
      : judge.notApplicable('it runs at no time of its own'),
  missing: (evidence) => (isAsked(evidence) ? gate.missing?.(evidence) : undefined),
}

function isHidden(workflow: Resource): boolean {
  return workflow.attributes.has('')
}

function isScheduled(workflow: Resource): boolean {
  return attributeOf(workflow, 'on.schedule') !== undefined
}

/** Where Terraform makes something, or a pipeline applies it. */
function isAsked({ resources }: Evidence): boolean {
  return resources.some(
    (each) =>
      (each.kind === 'terraform' && /^(?:aws|google|azurerm)_/.test(each.type)) ||
      (gate.applies(each) &&
        jobsOf(each).some(({ steps }) => steps.some(({ commands }) => commands.some(isPlan)))),
  )
}

function isPlan(command: ShellCommand): boolean {
  const words = programWords(command)
  if (programOf(command) === 'driftctl') return words[1] === 'scan'
  return (
    /^(?:terraform|tofu|terragrunt)$/.test(programOf(command)) &&
    words.slice(1).find((word) => !word.startsWith('-')) === 'plan'
  )
}

/** True where day of month, month and day of week are all stars in one of the schedules. */
function isDaily(workflow: Resource): boolean {
  return childrenOf(workflow, 'on.schedule').some((path) => {
    const [, , day, month, weekday] = textOf(knownValueOf(workflow, `${path}.cron`))
      .trim()
      .split(/\s+/)
    return [day, month, weekday].every((field) => field === '*' || field === '*/1')
  })
}
