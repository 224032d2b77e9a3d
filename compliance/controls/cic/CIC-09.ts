/** A pipeline shows the cloud who it is, and keeps no key of it. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  lastSegmentOf,
  type Attribute,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { bestOf, type Answer } from '../read/certainty.ts'
import { dotted } from '../read/expressions.ts'
import { besideAt, inRootAt } from '../read/neighbours.ts'
import { policyOf, type Statement } from '../read/policy.ts'
import { addressOf, ofType } from '../read/terraform.ts'
import { isWorkflow, jobsOf, type Step } from '../read/workflow.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'
import { stepsExample } from './examples.ts'

const judge = judgeBy(
  'cloud access by an OIDC role whose trust names the repository, no stored key',
  'use role-to-assume (workload_identity_provider in Google Cloud) and delete the stored key',
)
const isRole = ofType('aws_iam_role')
const isPool = ofType('google_iam_workload_identity_pool_provider')

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
  applies: (resource) => isWorkflow(resource) || isRole(resource) || isPool(resource),
  check: (resource, evidence) => {
    if (isPool(resource)) return judgePool(resource)
    return isRole(resource) ? judgeRole(resource, evidence) : judgeWorkflow(resource)
  },
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
    ...jobs.flatMap(({ steps }) =>
      steps.flatMap((step) => [...judgeLogin(workflow, step), ...judgeTexts(workflow, step)]),
    ),
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

/** Texts of a pipeline that hand a stored key to a script: `${{ secrets.AWS_SECRET_ACCESS_KEY }}`. */
function judgeTexts(workflow: Resource, step: Step): Verdict[] {
  return ['run', 'with.script'].flatMap((name) => {
    const path = `${step.path}.${name}`
    const text = workflow.attributes.get(path)
    const key = text?.known === true ? storedKey.exec(dotted(textOf(text.value)))?.[1] : undefined
    return key === undefined ? [] : [{ ...judge.fail(`${key} is a stored key`, text), part: path }]
  })
}

const storedKey = new RegExp(String.raw`\bsecrets\.(${keyVariables.join('|')})\b`)

/** Who a role trusts: providers of pipelines by their address, wherever it is written. */
const pipelines = /token\.actions\.githubusercontent\.com|gitlab/

/** A role that the pipelines of GitHub or GitLab may take has to say which of them. */
function judgeRole(role: Resource, evidence: Evidence): Verdict | readonly Verdict[] {
  const { statements, hidden, elsewhere } = policyOf(role, 'assume_role_policy', evidence)
  const verdicts = statements.flatMap((statement) => {
    if (statement.allows === 'no') return []
    const trusts = trustsPipeline(statement, evidence)
    if (trusts === 'no') return []
    const verdict =
      trusts === 'yes'
        ? judgeTrust(statement)
        : judge.unknown('whom the role trusts is not known', role.position)
    return [{ ...verdict, part: statement.path }]
  })
  if (verdicts.length > 0) return verdicts
  const why = hidden ?? (elsewhere === undefined ? undefined : `what ${elsewhere} says is not known`)
  return why === undefined ? judge.notApplicable('no pipeline may take it') : judge.unknown(why)
}

function trustsPipeline(statement: Statement, evidence: Evidence): Answer {
  const { resource, principals } = statement
  const path = `${principals}.Federated`
  const whole = attributeOf(resource, path)
  if (whole === undefined || isForPods(statement)) return 'no'
  const children = childrenOf(resource, path)
  return bestOf((children.length > 0 ? children : [path]).map((each) => isPipeline(resource, each, evidence)))
}

/** Pods of Kubernetes show a token of their cluster. */
function isForPods(statement: Statement): boolean {
  const { resource, condition } = statement
  const written = attributeOf(resource, condition)
  if (written?.known === false && written.expression?.includes('system:serviceaccount:') === true) return true
  return subjectsOf(statement).some(({ path }) =>
    textsIn(resource, path).some((text) => text.startsWith('system:serviceaccount:')),
  )
}

/** Providers and issuers that are none of a pipeline. */
const noPipeline = /^(?:data\.)?aws_(?:iam_saml_provider|eks_cluster)\./

/** By what is written, or by the address of the provider it refers to. */
function isPipeline(resource: Resource, path: string, evidence: Evidence): Answer {
  const federated = attributeOf(resource, path)
  if (federated === undefined) return 'no'
  if (federated.known) return pipelines.test(textOf(federated.value)) ? 'yes' : 'no'
  const named = addressOf(federated)
  const provider = inRootAt(evidence, resource, named) ?? besideAt(evidence, resource, named)
  const url = provider === undefined ? undefined : attributeOf(provider, 'url')
  if (url?.known === true) return pipelines.test(textOf(url.value)) ? 'yes' : 'no'
  const issuer = url === undefined ? named : addressOf(url)
  return issuer !== undefined && noPipeline.test(issuer) ? 'no' : 'maybe'
}

interface Subjects {
  readonly operator: string
  readonly path: string
}

/** Operators that keep everybody else out; the others let in whoever has no `sub`, or is not named. */
const keeping = /^(?:ForAnyValue:)?String(?:Equals|EqualsIgnoreCase|Like)$/

function judgeTrust(statement: Statement): Verdict {
  const { resource, path, condition } = statement
  const at = attributeOf(resource, path)
  const whole = attributeOf(resource, condition)
  if (whole?.known === false && childrenOf(resource, condition).length === 0) {
    return judge.unknown(`the condition ${whole.why}`, whole)
  }
  const subjects = subjectsOf(statement)
  const kept = subjects.filter(({ operator }) => keeping.test(operator))
  if (kept.length === 0) {
    const [other] = subjects
    const why = other === undefined ? 'no condition on sub' : `${other.operator} keeps nobody out`
    return judge.fail(`every repository may take the role: ${why}`, at)
  }
  const values = kept.flatMap((each) => textsIn(resource, each.path))
  if (values.length === 0) return judge.unknown('which repository may take the role is not known', at)
  const wide = values.find((each) => /^(?:repo:|project_path:)?[*]|^repo:[*]?\/|^repo:[^/]*[*]/.test(each))
  return wide === undefined
    ? judge.pass('its trust names the repository', at)
    : judge.fail(`${wide} is every repository`, at)
}

function subjectsOf({ resource, condition }: Statement): readonly Subjects[] {
  return childrenOf(resource, condition).flatMap((each) =>
    childrenOf(resource, each)
      .filter((key) => key.endsWith(':sub'))
      .map((key) => ({ operator: lastSegmentOf(each), path: key })),
  )
}

function textsIn(resource: Resource, path: string): readonly string[] {
  const whole = knownValueOf(resource, path)
  if (typeof whole === 'string') return [whole]
  return childrenOf(resource, path).flatMap((each) => {
    const value = knownValueOf(resource, each)
    return typeof value === 'string' ? [value] : []
  })
}

/** A provider of a pool that takes every token of GitHub lends its accounts to every repository. */
function judgePool(provider: Resource): Verdict {
  const issuer = attributeOf(provider, 'oidc.0.issuer_uri')
  if (issuer === undefined) return judge.notApplicable('it takes no tokens of a pipeline')
  if (!issuer.known) return judge.unknown(`issuer_uri ${issuer.why}`, issuer)
  if (!pipelines.test(textOf(issuer.value))) return judge.notApplicable('it takes no tokens of a pipeline')
  const condition = attributeOf(provider, 'attribute_condition')
  if (condition === undefined || (condition.known && textOf(condition.value).trim() === ''))
    return judge.fail('every repository may take its accounts: attribute_condition is not set', issuer)
  const text = condition.known ? textOf(condition.value) : (condition.expression ?? '')
  if (/repository|sub|project_path|namespace/.test(text))
    return judge.pass('it names whose tokens it takes', condition)
  return condition.known
    ? judge.fail('attribute_condition names no repository', condition)
    : judge.unknown(`attribute_condition ${condition.why}`, condition)
}
