/** Hosts, images and functions are looked through for known holes, again and again. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { inRoot } from '../read/neighbours.ts'
import { ofType } from '../read/terraform.ts'
import { textsOf } from '../read/workload.ts'
import { judgeBy } from '../verdict.ts'
import { firstMade } from '../read/made.ts'

const judge = judgeBy(
  'aws_inspector2_enabler names every kind of resource that is made: EC2, ECR, LAMBDA',
  'add aws_inspector2_enabler with resource_types = ["EC2", "ECR", "LAMBDA"]',
)

/** What Inspector calls the things that are made. */
const kinds: readonly (readonly [kind: string, types: readonly string[]])[] = [
  ['EC2', ['aws_instance', 'aws_launch_template', 'aws_autoscaling_group']],
  ['ECR', ['aws_ecr_repository']],
  ['LAMBDA', ['aws_lambda_function']],
]

export const control: Control = {
  id: 'HST-07',
  sources: ['terraform'],
  applies: ofType('aws_inspector2_enabler'),
  check: judgeEnabler,
  missing: (evidence) => {
    const first = firstMade(evidence, ({ type }) => kinds.some(([, types]) => types.includes(type)))
    return first === undefined
      ? undefined
      : { resource: first, verdict: judge.fail('hosts, images or functions, and no aws_inspector2_enabler') }
  },
  page: {
    why: 'An image without holes on the day of its build has some a month later; only who looks again knows.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_inspector2_enabler" "main" {\n  account_ids    = ["111122223333"]\n  resource_types = ["EC2", "ECR", "LAMBDA"]\n}\n',
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "aws_ecr_repository" "api" {\n  name = "campus/api"\n}\n\nresource "aws_inspector2_enabler" "main" {\n  account_ids    = ["111122223333"]\n  resource_types = ["EC2"]\n}\n',
      },
    ],
  },
}

function judgeEnabler(resource: Resource, evidence: Evidence): Verdict {
  const own = attributeOf(resource, 'resource_types')
  if (own === undefined) return judge.fail('resource_types is not set')
  if (!own.known) return judge.unknown(`resource_types ${own.why}`, own)
  const all = inRoot(evidence, resource, 'aws_inspector2_enabler').map((each) =>
    attributeOf(each, 'resource_types'),
  )
  const named = new Set([own, ...all].flatMap((each) => (each?.known === true ? textsOf(each.value) : [])))
  const lacking = kinds
    .filter(
      ([kind, types]) =>
        !named.has(kind) && types.some((type) => inRoot(evidence, resource, type).length > 0),
    )
    .map(([kind]) => kind)
  if (lacking.length === 0) return judge.pass(`it looks through ${[...named].join(', ')}`, own)
  if (all.some((each) => each?.known === false))
    return judge.unknown('what another enabler names is not known', own)
  return mended(judge.fail(`it does not look through ${lacking.join(', ')}`, own), {
    set: 'resource_types',
    to: [...textsOf(own.value), ...lacking],
  })
}
