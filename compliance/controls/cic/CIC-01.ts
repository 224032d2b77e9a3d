/** Nothing is deployed that was not looked at by machines first. */
import { attributeOf, type Resource } from '../../evidence.ts'
import { programOf, type ShellCommand } from '../../gather/shell/command.ts'
import type { Control, Verdict } from '../control.ts'
import { deploys, hiddenIn, ignoredBy, isWorkflow, jobsOf, type Job, type Step } from '../read/workflow.ts'
import { judgeBy } from '../verdict.ts'
import { workflowExample } from './examples.ts'

const judge = judgeBy(
  'a job that deploys waits for lint, type check, unit, integration and end-to-end tests',
  'let the job that deploys need the jobs that test',
)

/** What each kind of test is called, or runs. */
const kinds: readonly (readonly [kind: string, pattern: RegExp])[] = [
  [
    'lint',
    /\b(?:e?s?lint|oxlint|biome|ruff|flake8|pylint|golangci-lint|shellcheck|hadolint|stylelint|clippy|rubocop)\b|\blint\b/i,
  ],
  [
    'type check',
    /\b(?:tsc|mypy|pyright|flow check|typecheck|type-check|check[-:]types|types?)\b|\b(?:go|cargo|mvn|gradle|dotnet) (?:build|vet|check|compile)\b/i,
  ],
  [
    'unit tests',
    /\bunit\b|\b(?:npm|pnpm|yarn)(?: run)? test\b(?![:-])|\b(?:vitest|jest|mocha|pytest|rspec|phpunit)\b|\b(?:go|cargo|mvn|gradle|dotnet) test\b/i,
  ],
  ['integration tests', /\bintegration\b|\btest[:-]int\b/i],
  ['end-to-end tests', /\be2e\b|\bend-to-end\b|\b(?:playwright|cypress|testcafe)\b/i],
]
/** Runs whatever somebody wrote elsewhere. */
const opaque = /^(?:make|just|task|tox|nox|gradle|gradlew|mvn|mvnw|bazel|nx|turbo|earthly|bash|sh)$/
const opaqueScript = /^(?:npm|pnpm|yarn)(?: run)? (?:check|ci|verify|validate|all|test)(?:\s|$)|^\.{1,2}\//

export const control: Control = {
  id: 'CIC-01',
  sources: ['workflow'],
  applies: isWorkflow,
  check: judgeWorkflow,
  page: {
    why: 'A test that runs beside the deploy, and not before it, tells on Monday what broke on Friday.',
    good: [
      workflowExample([
        'test:',
        '  runs-on: ubuntu-24.04',
        '  steps:',
        '    - run: npm run lint && npm run typecheck',
        '    - run: npm run test:unit && npm run test:integration && npm run test:e2e',
        'deploy:',
        '  needs: test',
        '  runs-on: ubuntu-24.04',
        '  steps:',
        '    - run: kubectl apply --filename k8s/',
      ]),
    ],
    bad: [
      workflowExample([
        'deploy:',
        '  runs-on: ubuntu-24.04',
        '  steps:',
        '    - run: npm run lint',
        '    - run: kubectl apply --filename k8s/',
      ]),
    ],
  },
}

function judgeWorkflow(workflow: Resource): Verdict | readonly Verdict[] {
  const jobs = jobsOf(workflow)
  const deploying = jobs.filter(({ steps }) => steps.some(deploys))
  if (deploying.length > 0)
    return deploying.map((job) => ({ ...judgeJob(workflow, job, jobs), part: job.path }))
  const hidden = hiddenIn(workflow)
  return hidden === undefined ? judge.notApplicable('it does not deploy') : judge.unknown(hidden)
}

function judgeJob(workflow: Resource, job: Job, jobs: readonly Job[]): Verdict {
  const at = attributeOf(workflow, job.path)
  if (attributeOf(workflow, 'on.workflow_run') !== undefined) {
    return judge.unknown('it runs after another workflow, which may test', at)
  }
  const before = stepsBefore(workflow, job, jobs)
  const texts = before.map(textOfStep)
  const lacking = kinds
    .filter(([, pattern]) => !texts.some((text) => pattern.test(text)))
    .map(([kind]) => kind)
  if (lacking.length === 0) return judge.pass(`${job.id} waits for all tests`, at)
  const isOpaque = before.some(
    ({ action, commands }) =>
      commands.some(isOpaqueCommand) || /\.github\/(?:workflows|actions)\//.test(action),
  )
  return isOpaque
    ? judge.unknown(`whether ${lacking.join(', ')} run before ${job.id} is written elsewhere`, at)
    : judge.fail(`${job.id} deploys without ${lacking.join(', ')}`, at)
}

/** Its own steps up to the one that deploys, and all steps of the jobs it waits for; what may fail does not count. */
function stepsBefore(workflow: Resource, job: Job, jobs: readonly Job[]): readonly Step[] {
  const byId = new Map(jobs.map((each) => [each.id, each]))
  const waited = new Set<Job>()
  const open = [...job.needs]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const found = byId.get(id)
    if (found === undefined || waited.has(found)) continue
    waited.add(found)
    open.push(...found.needs)
  }
  const own = job.steps.slice(0, job.steps.findIndex(deploys))
  const all = [
    ...[...waited].flatMap((each) => each.steps.map((step) => ({ each, step }))),
    ...own.map((step) => ({ each: job, step })),
  ]
  return all.filter(({ each, step }) => ignoredBy(workflow, each, step) === undefined).map(({ step }) => step)
}

function textOfStep({ action, commands }: Step): string {
  return [action, ...commands.map(({ words }) => words.join(' '))].join('\n')
}

function isOpaqueCommand(command: ShellCommand): boolean {
  return opaque.test(programOf(command)) || opaqueScript.test(command.words.join(' '))
}
