/** Nobody from outside can put commands into a pipeline. */
import {
  attributeOf,
  knownValueOf,
  pathOf,
  type Attribute,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import type { ShellCommand } from '../../gather/shell/command.ts'
import type { Control, Verdict } from '../control.ts'
import { dotted, envOf, expressionsIn, yieldsOf, type Env } from '../read/expressions.ts'
import { inFile } from '../read/neighbours.ts'
import { isWorkflow, jobsOf, type Step } from '../read/workflow.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'
import { stepsExample, workflowExample } from './examples.ts'

const judge = judgeBy(
  'scripts hold no text that strangers write, and code of a fork never runs with secrets',
  'pass the text by env: and use "$NAME"; run code of forks with the trigger pull_request',
)

/** What whoever opens an issue, a pull request or a branch chooses (docs.github.com, "Script injections"). */
const chosen =
  /\bgithub\.head_ref\b|\bgithub\.event\.(?:issue|pull_request|discussion|comment|review|review_comment)\.(?:title|body)\b|\bgithub\.event\.pull_request\.head\.(?:ref|label|repo\.default_branch)\b|\bgithub\.event\.(?:commits|pages)(?:\[[^\]]{0,9}\]|\.\*|\.\d{1,3})?\.(?:message|page_name|author\.(?:email|name))\b|\bgithub\.event\.head_commit\.(?:message|author\.(?:email|name))\b|\bgithub\.event\.workflow_run\.(?:head_branch|head_commit\.(?:message|author\.(?:email|name))|display_title)\b|\btoJSON\(\s*github(?:\.event)?\s*\)/i
/** The commit of whoever asks, in a run that has the secrets of the house. */
const foreign =
  /github\.event\.pull_request\.head\.(?:sha|ref|repo|user)|github\.head_ref|\bpull\/\S{1,200}\/(?:head|merge)\b|refs\/pull\/|github\.event\.workflow_run\.head_(?:sha|branch|repository|commit)|github\.event\.number|github\.event\.pull_request\.(?:number|merge_commit_sha)|merge_commit_sha/

export const control: Control = {
  id: 'CIC-08',
  sources: ['workflow'],
  applies: (resource) => isWorkflow(resource) || (resource.kind === 'workflow' && resource.type === 'step'),
  check: (resource, evidence) =>
    isWorkflow(resource) ? judgeTriggers(resource) : judgeStep(resource, evidence),
  page: {
    why: 'The title of a pull request is a command for whoever writes it into a script, and runs with every secret of the pipeline.',
    good: [
      stepsExample('run: echo "$TITLE"\nenv:\n  TITLE: ${{ github.event.pull_request.title }}'),
      workflowExample(
        ['label:', '  runs-on: ubuntu-24.04', '  steps:', '    - run: gh pr edit "$NUMBER" --add-label new'],
        ['on: pull_request_target'],
      ),
    ],
    bad: [
      stepsExample('run: echo "${{ github.event.pull_request.title }}"'),
      workflowExample(
        [
          'test:',
          '  runs-on: ubuntu-24.04',
          '  steps:',
          '    - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683',
          '      with: { ref: "${{ github.event.pull_request.head.sha }}" }',
          '    - run: npm test',
        ],
        ['on: pull_request_target'],
      ),
    ],
  },
}

function judgeStep(step: Resource, evidence: Evidence): Verdict | readonly Verdict[] {
  const texts = ['run', 'with.script'].flatMap((path) => {
    const attribute = attributeOf(step, path)
    return attribute === undefined ? [] : [{ ...judgeText(attribute, envOfStep(step, evidence)), part: path }]
  })
  return texts.length === 0 ? judge.notApplicable('it runs no script of its own') : texts
}

function envOfStep(step: Resource, evidence: Evidence): Env {
  const workflow = inFile(evidence, step).find(isWorkflow)
  const job = pathOf('jobs', textOf(knownValueOf(step, 'job')))
  return workflow === undefined ? envOf([step, '']) : envOf([step, ''], [workflow, job], [workflow, ''])
}

function judgeText(script: Attribute, env: Env): Verdict {
  if (!script.known) return judge.unknown(`the script ${script.why}`, script)
  const { found, unread } = textOfStrangers(textOf(script.value), { pattern: chosen, env })
  if (found !== undefined) return judge.fail(`${found} becomes part of the script`, script)
  return unread === undefined
    ? judge.pass('no text of strangers becomes part of it', script)
    : judge.unknown(`where ${unread} comes from is not known`, script)
}

interface Search {
  readonly pattern: RegExp
  readonly env: Env
  /** Contexts that an earlier step or a caller fills, where what comes from them counts. */
  readonly filled?: RegExp
}

interface Found {
  readonly found?: string
  /** What nobody can follow: `env.SHA`. */
  readonly unread?: string
}

/** Variables that stand for others are followed so far. */
const depth = 4

/** Looks for what strangers choose in the expressions of a text, through variables of the environment too. */
function textOfStrangers(text: string, search: Search, left = depth): Found {
  const parts = expressionsIn(text).flatMap(yieldsOf)
  const found = parts.map((part) => search.pattern.exec(part)?.[0]).find((each) => each !== undefined)
  if (found !== undefined) return { found }
  const names = parts.flatMap((part) => [...part.matchAll(/(?<![\w.])env\.([\w-]{1,99})/g)])
  const followed = names.map(([whole, name = '']) => follow(search.env(name), whole, { search, left }))
  const open = parts.map((part) => search.filled?.exec(part)?.[0])
  const unread = [...followed.map((each) => each.unread), ...open].find((each) => each !== undefined)
  return followed.find((each) => each.found !== undefined) ?? (unread === undefined ? {} : { unread })
}

function follow(
  variable: Attribute | undefined,
  name: string,
  { search, left }: { readonly search: Search; readonly left: number },
): Found {
  if (variable?.known !== true || left === 0) return { unread: name }
  return textOfStrangers(textOf(variable.value), search, left - 1)
}

function judgeTriggers(workflow: Resource): Verdict | readonly Verdict[] {
  const triggers = attributeOf(workflow, 'on')
  const names = ['pull_request_target', 'workflow_run'].filter(
    (name) => attributeOf(workflow, `on.${name}`) !== undefined,
  )
  if (triggers === undefined) return judge.unknown('when it runs is not known')
  if (names.length === 0) return judge.pass('its triggers give secrets to no code of a fork', triggers)
  if (!triggers.known && attributeOf(workflow, 'on.push') === triggers)
    return judge.unknown(`on ${triggers.why}`, triggers)
  const verdicts = jobsOf(workflow).flatMap((job) =>
    job.steps.flatMap((step) => {
      const env = envOf([workflow, step.path], [workflow, job.path], [workflow, ''])
      if (step.commands.some((command) => fetches(command, env))) {
        return [
          {
            ...judge.fail('it fetches the code of a fork in a run that has secrets', step.attribute),
            part: step.path,
          },
        ]
      }
      if (!/^actions\/checkout$/i.test(step.action)) return []
      return [{ ...judgeCheckout(workflow, step, env), part: step.path }]
    }),
  )
  return verdicts.length === 0 ? judge.pass(`${names.join(', ')} runs no code of a fork`, triggers) : verdicts
}

/** True for a command that brings the commit of whoever asks. */
function fetches({ words }: ShellCommand, env: Env): boolean {
  const line = words.join(' ')
  if (/^gh pr checkout\b/.test(line)) return true
  return (
    /^git (?:fetch|checkout|pull|switch|reset|merge)\b/.test(line) &&
    foreign.test(dotted(filledIn(line, env)))
  )
}

/** Puts variables of the environment into a line of a script, where they are known. */
function filledIn(line: string, env: Env): string {
  return line.replace(
    /\$\{\{\s{0,9}env\.(\w{1,99})\s{0,9}\}\}|\$\{?(\w{1,99})\}?/g,
    (whole, expression, variable) => {
      const found = env(String(expression ?? variable))
      return found?.known === true ? `${whole} ${textOf(found.value)}` : whole
    },
  )
}

/** Without a ref the default branch is taken, which is the house's own. */
function judgeCheckout(workflow: Resource, step: Step, env: Env): Verdict {
  const search = { pattern: foreign, env, filled: /\b(?:inputs|steps|needs)\.[\w.-]{1,99}/ }
  const verdicts = ['ref', 'repository'].flatMap((name) => {
    const input = attributeOf(workflow, `${step.path}.with.${name}`)
    return input === undefined ? [] : [judgeInput(name, input, search)]
  })
  return worstOf(verdicts, judge.pass('it takes the code of this repository', step.attribute))
}

function judgeInput(name: string, input: Attribute, search: Search): Verdict {
  if (!input.known) return judge.unknown(`${name} ${input.why}`, input)
  const text = textOf(input.value)
  const { found, unread } = textOfStrangers(text, search)
  if (found !== undefined || foreign.test(text))
    return judge.fail('it takes the code of a fork in a run that has secrets', input)
  return unread === undefined
    ? judge.pass('it takes the code of this repository', input)
    : judge.unknown(`where ${unread} comes from is not known`, input)
}
