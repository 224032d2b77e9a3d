/** A pipeline shows the cloud who it is, and keeps no key of it. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  type Attribute,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { policyOf, textsAt, type Statement } from '../read/policy.ts'
import { ofType } from '../read/terraform.ts'
import { isWorkflow, jobsOf, type Step } from '../read/workflow.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'
import { stepsExample } from './examples.ts'

const judge = judgeBy(
  'cloud access by an OIDC role whose trust names the repository, no stored key',
  'use role-to-assume (workload_identity_provider in Google Cloud) and delete the stored key',
)
const isRole = ofType('aws_iam_role')

/** Inputs of login actions that are a stored key. */
const keyInputs: readonly (readonly [RegExp, string])[] = [
  [/^aws-actions\/configure-aws-credentials$/i, 'aws-access-key-id'],
  [/^aws-actions\/configure-aws-credentials$/i, 'aws-secret-access-key'],
  [/^google-github-actions\/(?:auth|setup-gcloud)$/i, 'credentials_json'],
  [/^google-github-actions\/setup-gcloud$/i, 'service_account_key'],
  [/^azure\/login$/i, 'creds'],
]
const roleInputs = ['role-to-assume', 'workload_identity_provider', 'client-id']
const keyVariables = [
  'AWS_SECRET_ACCESS_KEY',
  'GOOGLE_CREDENTIALS',
  'GCP_SA_KEY',
  'ARM_CLIENT_SECRET',
  'AZURE_CREDENTIALS',
]

export const control: Control = {
  id: 'CIC-09',
  sources: ['workflow', 'terraform'],
  applies: (resource) => isWorkflow(resource) || isRole(resource),
  check: (resource, evidence) => (isRole(resource) ? judgeRole(resource, evidence) : judgeWorkflow(resource)),
  page: {
    why: 'A stored key works for whoever copies it, from anywhere and for years; a role is lent for an hour to one repository.',
    good: [
      stepsExample(
        'uses: aws-actions/configure-aws-credentials@e3dd6a429d7300a6a4c196c26e071d42e0343502\nwith:\n  role-to-assume: arn:aws:iam::111122223333:role/deploy\n  aws-region: us-east-1',
      ),
    ],
    bad: [
      stepsExample(
        'uses: aws-actions/configure-aws-credentials@e3dd6a429d7300a6a4c196c26e071d42e0343502\nwith:\n  aws-access-key-id: ${{ secrets.AWS_ACCESS_KEY_ID }}\n  aws-secret-access-key: ${{ secrets.AWS_SECRET_ACCESS_KEY }}',
      ),
      stepsExample(
        'run: aws s3 sync dist s3://campus-site\nenv:\n  AWS_SECRET_ACCESS_KEY: ${{ secrets.AWS_SECRET_ACCESS_KEY }}',
      ),
    ],
  },
}

function judgeWorkflow(workflow: Resource): Verdict | readonly Verdict[] {
  const jobs = jobsOf(workflow)
  const places = ['', ...jobs.flatMap(({ path, steps }) => [path, ...steps.map((step) => step.path)])]
  const verdicts = [
    ...[...new Set(places)].flatMap((place) => judgeVariables(workflow, place)),
    ...jobs.flatMap(({ steps }) => steps.flatMap((step) => judgeLogin(workflow, step))),
  ]
  if (verdicts.length > 0) return verdicts
  const whole = attributeOf(workflow, 'jobs')
  return whole?.known === false && jobs.length === 0
    ? judge.unknown(`jobs ${whole.why}`, whole)
    : judge.notApplicable('it goes to no cloud that is known')
}

function judgeVariables(workflow: Resource, place: string): Verdict[] {
  const base = place === '' ? '' : `${place}.`
  return ['env', 'variables'].flatMap((map) =>
    keyVariables.flatMap((name) => {
      const path = `${base}${map}.${name}`
      const attribute = workflow.attributes.get(path)
      if (attribute === undefined || (attribute.known && textOf(attribute.value) === '')) return []
      return [{ ...judge.fail(`${name} is a stored key`, attribute), part: path }]
    }),
  )
}

function judgeLogin(workflow: Resource, step: Step): Verdict[] {
  const input = (name: string): Attribute | undefined => workflow.attributes.get(`${step.path}.with.${name}`)
  const key = keyInputs.find(([action, name]) => action.test(step.action) && input(name) !== undefined)
  const part = { part: step.path }
  if (key !== undefined) return [{ ...judge.fail(`${key[1]} is a stored key`, input(key[1])), ...part }]
  if (!keyInputs.some(([action]) => action.test(step.action))) return []
  const role = roleInputs.map(input).find((each) => each !== undefined)
  return [
    role === undefined
      ? { ...judge.unknown('how it logs in is not written', step.attribute), ...part }
      : { ...judge.pass('it shows who it is', role), ...part },
  ]
}

/** A role that the pipelines of GitHub or GitLab may take has to say which of them. */
function judgeRole(role: Resource, evidence: Evidence): Verdict | readonly Verdict[] {
  const { statements, hidden } = policyOf(role, 'assume_role_policy', evidence)
  const verdicts = statements.flatMap((statement) => {
    const trusted = textsAt(statement, `${statement.principals}.Federated`)
    const isPipeline = trusted.values.some((each) =>
      /token\.actions\.githubusercontent\.com|gitlab/.test(each),
    )
    return isPipeline && statement.allows !== 'no' ? [{ ...judgeTrust(statement), part: statement.path }] : []
  })
  if (verdicts.length > 0) return verdicts
  return hidden === undefined
    ? judge.notApplicable('no pipeline may take it')
    : judge.notApplicable(`no pipeline is known to take it: ${hidden}`)
}

function judgeTrust({ resource, path, condition }: Statement): Verdict {
  const at = attributeOf(resource, path)
  const whole = attributeOf(resource, condition)
  if (whole?.known === false && childrenOf(resource, condition).length === 0) {
    return judge.unknown(`the condition ${whole.why}`, whole)
  }
  const subjects = childrenOf(resource, condition).flatMap((operator) =>
    childrenOf(resource, operator).filter((key) => key.endsWith(':sub')),
  )
  const values = subjects.flatMap((key) => [knownValueOf(resource, key) ?? []].flat())
  if (subjects.length === 0) return judge.fail('every repository may take the role: no condition on sub', at)
  if (values.length === 0) return judge.unknown('which repository may take the role is not known', at)
  const wide = values
    .map(textOf)
    .find((each) => /^(?:repo:|project_path:)?[*]|^repo:[*]?\/|^repo:[^/]*[*]/.test(each))
  return wide === undefined
    ? judge.pass('its trust names the repository', at)
    : judge.fail(`${wide} is every repository`, at)
}
