/** Nobody brings a change into production alone. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import { oncePerScan } from '../read/once.ts'
import { deploys, isWorkflow, jobsOf, type Job } from '../read/workflow.ts'
import { isTrue, judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'
import { workflowExample } from './examples.ts'

const id = 'CIC-10'
const judge = judgeBy(
  'a job that deploys to production names an environment that a second person has to approve',
  'add environment: production to the job, with required reviewers who are not the author',
)
const isProduction = /^(?:prod|production|live)(?:$|[-_/])|[-_/](?:prod|production|live)$/i

const machine: Control = {
  id,
  sources: ['workflow', 'terraform'],
  applies: isWorkflow,
  check: judgeWorkflow,
  page: {
    why: 'One stolen account, or one mistake at night, is otherwise enough to change what everybody uses.',
    good: [
      workflowExample([
        'deploy:',
        '  runs-on: ubuntu-24.04',
        '  environment: production',
        '  steps:',
        '    - run: kubectl apply --filename k8s/',
      ]),
      {
        file: 'main.tf',
        text: 'resource "github_repository_environment" "production" {\n  repository          = "campus"\n  environment         = "production"\n  prevent_self_review = true\n\n  reviewers {\n    teams = [4211]\n  }\n}\n',
      },
    ],
    bad: [
      workflowExample([
        'deploy:',
        '  runs-on: ubuntu-24.04',
        '  steps:',
        '    - run: kubectl apply --filename k8s/',
      ]),
    ],
  },
}

export const control = withStatement(
  machine,
  'deployments to production need the approval of a second person',
)

function judgeWorkflow(workflow: Resource, evidence: Evidence): Verdict | readonly Verdict[] {
  const verdicts = jobsOf(workflow).flatMap((job) => {
    const verdict = judgeJob(workflow, job, evidence)
    return verdict === undefined ? [] : [{ ...verdict, part: job.path }]
  })
  if (verdicts.length > 0) return verdicts
  const whole = attributeOf(workflow, 'jobs')
  return whole?.known === false && jobsOf(workflow).length === 0
    ? judge.unknown(`jobs ${whole.why}`, whole)
    : judge.notApplicable('it does not deploy to production')
}

function judgeJob(workflow: Resource, job: Job, evidence: Evidence): Verdict | undefined {
  const at = attributeOf(workflow, job.path)
  if (job.environment === undefined) {
    const isOther = /(?:stag|dev|test|preview|qa)/i.test(job.id)
    return job.steps.some(deploys) && !isOther
      ? judge.fail(`the job ${job.id} deploys without an environment`, at)
      : undefined
  }
  if (!job.environment.known) return judge.unknown(`environment ${job.environment.why}`, job.environment)
  const name = textOf(job.environment.value)
  if (name.includes('${{') || name.includes('$'))
    return judge.unknown(`environment is ${name}`, job.environment)
  if (!isProduction.test(name)) return undefined
  return (
    approval(name, evidence) ??
    judge.unknown('who has to approve stands in the settings of the repository', job.environment)
  )
}

const answers = oncePerScan(({ resources }) =>
  resources.filter(
    ({ kind, type, name }) =>
      type === 'github_repository_environment' || (kind === 'attestation' && name === id),
  ),
)

/** Reviewers that Terraform sets, or a statement somebody signed. */
function approval(name: string, evidence: Evidence): Verdict | undefined {
  const resources = answers(evidence)
  const statement = resources.find((each) => each.kind === 'attestation' && each.name === id)
  if (statement !== undefined && knownValueOf(statement, 'state') === 'current')
    return judge.pass('somebody signed that it is so')
  const environment = resources.find(
    (each) => each.type === 'github_repository_environment' && knownValueOf(each, 'environment') === name,
  )
  if (environment === undefined) return undefined
  if (childrenOf(environment, 'reviewers').length === 0)
    return judge.fail(`${environment.address} has no reviewers`)
  const self = attributeOf(environment, 'prevent_self_review')
  if (self?.known === false) return judge.unknown(`prevent_self_review ${self.why}`)
  return self !== undefined && isTrue(self.value)
    ? judge.pass(`${environment.address} has reviewers`)
    : judge.fail(`${environment.address} lets the author approve`)
}
