/** Infrastructure as code is scored before it is merged. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { ShellCommand } from '../../gather/shell/command.ts'
import { gateControl } from '../read/gate.ts'
import { worksOnCode } from '../read/workflow.ts'
import { stepsExample, workflowExample } from './examples.ts'

export const control = gateControl({
  id: 'CIC-03',
  expected: 'campanile compliance gate (or scan) runs for every pull request and fails it',
  fix: 'add a step: ./campanile compliance gate --baseline baseline.json infra/',
  absence: 'no step scores the infrastructure',
  action: /(?:^|\/)campanile(?:-compliance)?-action$/i,
  command: isGate,
  weakness: (_, workflow) => (runsForChanges(workflow) ? undefined : 'it does not run for pull requests'),
  asks: worksOnCode,
  page: {
    why: 'What is merged is made: a score that nobody has to pass is only a picture.',
    good: [stepsExample('run: ./campanile compliance gate --baseline baseline.json infra/')],
    bad: [
      stepsExample('run: terraform validate'),
      workflowExample(
        ['scan:', '  runs-on: ubuntu-24.04', '  steps:', '    - run: ./campanile compliance scan infra/'],
        ['on: workflow_dispatch'],
      ),
    ],
  },
})

function isGate({ words }: ShellCommand): boolean {
  return /(?:^|[/\s])(?:campanile compliance|compliance\/main\.ts) (?:gate|scan)\b/.test(words.join(' '))
}

/** A pipeline of GitLab runs where its rules say; they are not looked at. */
function runsForChanges(workflow: Resource): boolean {
  const triggers = ['pull_request', 'merge_group', 'pull_request_target']
  return (
    attributeOf(workflow, 'platform')?.known === true &&
    (textual(workflow, 'platform') === 'gitlab' ||
      triggers.some((each) => attributeOf(workflow, `on.${each}`) !== undefined))
  )
}

function textual(workflow: Resource, path: string): unknown {
  const attribute = attributeOf(workflow, path)
  return attribute?.known === true ? attribute.value : undefined
}
