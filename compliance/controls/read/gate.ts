/** Controls of one kind: somewhere in the pipelines a step of some sort stands, and its failure counts. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { ShellCommand } from '../../gather/shell/command.ts'
import type { Control, ControlPage, Mend, Verdict } from '../control.ts'
import { mended } from './mend.ts'
import { judgeBy, type Judge } from '../verdict.ts'
import { textOf } from '../text.ts'
import {
  hiddenIn,
  idleBy,
  ignoredBy,
  isWorkflow,
  jobsOf,
  runsForChanges,
  swallowedBy,
  type Job,
  type Step,
} from './workflow.ts'

export interface GateRule {
  readonly id: string
  readonly expected: string
  readonly fix: string
  readonly page: ControlPage
  /** True for an action that is such a step; `with` is read by `weakness`. */
  readonly action: RegExp
  readonly command: (command: ShellCommand) => boolean
  /** Says why a step of the sort does not do what it is there for. */
  readonly weakness?: (step: Step, workflow: Resource, job: Job) => string | undefined
  /** Which pipelines ask for the step; all where absent. */
  readonly asks?: (workflow: Resource) => boolean
  /** True where it has to run for what is pushed or asked for, and not by hand or by the clock alone. */
  readonly gates?: boolean
  /** Said where there is none: `no step scans`. */
  readonly absence: string
}

/** Makes the control of a rule. One pipeline that has the step is enough for a scan; each such step has to be right. */
export function gateControl(rule: GateRule): Control {
  const judge = judgeBy(rule.expected, rule.fix)
  return {
    id: rule.id,
    sources: ['workflow'],
    applies: isWorkflow,
    check: (resource) => judgeWorkflow(rule, judge, resource),
    missing: (evidence) => absenceIn(rule, judge, evidence),
    page: rule.page,
  }
}

function judgeWorkflow(rule: GateRule, judge: Judge, workflow: Resource): Verdict | readonly Verdict[] {
  const found = jobsOf(workflow).flatMap((job) =>
    job.steps
      .filter((step) => isOfSort(rule, step))
      .map((step) => judgeStep(rule, judge, { workflow, job, step })),
  )
  if (found.length > 0) return found
  const why = hiddenIn(workflow)
  return why === undefined ? judge.notApplicable(rule.absence) : judge.unknown(why)
}

function isOfSort({ action, command }: GateRule, step: Step): boolean {
  return (step.action !== '' && action.test(step.action)) || step.commands.some(command)
}

interface Place {
  readonly workflow: Resource
  readonly job: Job
  readonly step: Step
}

function judgeStep(rule: GateRule, judge: Judge, { workflow, job, step }: Place): Verdict {
  const part = { part: step.path }
  const swallowed = step.commands
    .filter((each) => rule.command(each))
    .map((each) => swallowedBy(workflow, job, step, each))
    .find((each) => each !== undefined)
  const idle =
    rule.gates === true && !runsForChanges(workflow) ? 'it gates nothing: no push starts it' : undefined
  const why =
    idle ??
    idleBy(workflow, job, step) ??
    ignoredBy(workflow, job, step) ??
    swallowed ??
    rule.weakness?.(step, workflow, job)
  return why === undefined
    ? { ...judge.pass(`the job ${job.id} does`, step.attribute), ...part }
    : { ...mended(judge.fail(why, step.attribute), ...stopping(workflow, [job.path, step.path])), ...part }
}

/** Lets a failure count. A pipeline of GitLab says it in other words than those it is read in. */
function stopping(workflow: Resource, places: readonly string[]): readonly Mend[] {
  const platform = attributeOf(workflow, 'platform')
  if (platform?.known !== true || platform.value !== 'github') return []
  return [...new Set(places)].flatMap((place) => {
    const path = `${place}.continue-on-error`
    return workflow.attributes.has(path) ? [{ remove: path }] : []
  })
}

function absenceIn(
  rule: GateRule,
  judge: Judge,
  { resources }: Evidence,
): ReturnType<NonNullable<Control['missing']>> {
  const asking = resources.filter((each) => isWorkflow(each) && (rule.asks?.(each) ?? true)).sort(byFile)
  const [first] = asking
  return first === undefined ? undefined : { resource: first, verdict: judge.fail(rule.absence) }
}

function byFile({ position: left }: Resource, { position: right }: Resource): number {
  if (left.file === right.file) return left.startLine - right.startLine
  return left.file < right.file ? -1 : 1
}

/** Reads what a step gives its action; the text of a value that is not known is empty. */
export function inputOf(workflow: Resource, step: Step, name: string): string {
  const attribute = attributeOf(workflow, `${step.path}.with.${name}`)
  return attribute?.known === true ? textOf(attribute.value) : ''
}
