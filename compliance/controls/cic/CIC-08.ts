/** Nobody from outside can put commands into a pipeline. */
import { attributeOf, type Attribute, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isWorkflow, jobsOf } from '../read/workflow.ts'
import { judgeBy } from '../verdict.ts'
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
  /github\.event\.pull_request\.head\.(?:sha|ref)|github\.head_ref|refs\/pull\/|github\.event\.workflow_run\.head_(?:sha|branch)|github\.event\.number|github\.event\.pull_request\.number|merge_commit_sha/

export const control: Control = {
  id: 'CIC-08',
  sources: ['workflow'],
  applies: (resource) => isWorkflow(resource) || (resource.kind === 'workflow' && resource.type === 'step'),
  check: (resource) => (isWorkflow(resource) ? judgeTriggers(resource) : judgeStep(resource)),
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

function judgeStep(step: Resource): Verdict | readonly Verdict[] {
  const texts = ['run', 'with.script'].flatMap((path) => {
    const attribute = attributeOf(step, path)
    return attribute === undefined ? [] : [{ ...judgeText(attribute), part: path }]
  })
  return texts.length === 0 ? judge.notApplicable('it runs no script of its own') : texts
}

function judgeText(script: Attribute): Verdict {
  if (!script.known) return judge.unknown(`the script ${script.why}`, script)
  for (const [, expression = ''] of textOf(script.value).matchAll(/\$\{\{([^}]{0,2000})\}\}/g)) {
    // A comparison or a search gives true or false, whatever the text was.
    const isQuestion = /^\s*(?:contains|startsWith|endsWith)\(|[=!]=/.test(expression)
    const found = isQuestion ? undefined : chosen.exec(expression)?.[0]
    if (found !== undefined) return judge.fail(`${found} becomes part of the script`, script)
  }
  return judge.pass('no text of strangers becomes part of it', script)
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
  const verdicts = jobsOf(workflow)
    .flatMap(({ steps }) => steps)
    .flatMap((step) => {
      const ref = attributeOf(workflow, `${step.path}.with.ref`)
      const checksOut = /^actions\/checkout$/i.test(step.action)
      const fetches = step.commands.some(
        ({ words }) =>
          /^(?:git (?:fetch|checkout)|gh pr checkout)\b/.test(words.join(' ')) &&
          (words[0] === 'gh' || foreign.test(words.join(' '))),
      )
      if (!checksOut && !fetches) return []
      return [{ ...judgeCheckout(ref, step.attribute, fetches), part: step.path }]
    })
  return verdicts.length === 0 ? judge.pass(`${names.join(', ')} runs no code of a fork`, triggers) : verdicts
}

/** Without a ref the default branch is taken, which is the house's own. */
function judgeCheckout(ref: Attribute | undefined, step: Attribute, fetches: boolean): Verdict {
  if (fetches) return judge.fail('it fetches the code of a fork in a run that has secrets', step)
  if (ref === undefined) return judge.pass('it takes the code of this repository', step)
  if (!ref.known) return judge.unknown(`ref ${ref.why}`, ref)
  return foreign.test(textOf(ref.value))
    ? judge.fail('it takes the code of a fork in a run that has secrets', ref)
    : judge.pass('it takes the code of this repository', ref)
}
