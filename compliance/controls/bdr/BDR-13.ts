/** What it takes to build everything again is still there: the state of Terraform, the images. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { bestOf, type Answer } from '../read/certainty.ts'
import { attachedTo, environmentOf, ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'the bucket of the state is versioned, and a lifecycle policy of the registry keeps 10 images with a tag',
  'declare the bucket of the state with versioning; let the policy count images with a tag instead of days',
)

const isPolicy = ofType('aws_ecr_lifecycle_policy')
const policy = (selection: string) => ({
  file: 'main.tf',
  text: `resource "aws_ecr_lifecycle_policy" "api" {
  repository = "campus/api"
  policy = jsonencode({
    rules = [{ rulePriority = 1, selection = ${selection}, action = { type = "expire" } }]
  })
}
`,
})

export const control: Control = {
  id: 'BDR-13',
  page: {
    why: 'Without the state Terraform makes everything a second time; without the image of last week there is no way back from a bad release.',
    good: [policy('{ tagStatus = "any", countType = "imageCountMoreThan", countNumber = 30 }')],
    bad: [
      policy('{ tagStatus = "any", countType = "sinceImagePushed", countUnit = "days", countNumber = 14 }'),
    ],
  },
  sources: ['terraform'],
  applies: ofType('terraform', 'aws_ecr_lifecycle_policy'),
  check: (resource, evidence) =>
    isPolicy(resource) ? judgePolicy(resource, evidence) : judgeState(resource, evidence),
}

function judgePolicy(resource: Resource, evidence: Evidence): Verdict {
  const at = attributeOf(resource, 'policy')
  const list = attributeOf(resource, 'policy.rules')
  const rules = childrenOf(resource, 'policy.rules')
  if (rules.length === 0 && list?.known !== true)
    return judge.unknown(`its rules ${hiddenWhy(list ?? at)}`, at)
  const least = parameterOf('BDR-13.images', environmentOf(resource, evidence), evidence.parameters)
  const verdicts = rules.map((path) => judgeRule(resource, `${path}.selection`, least))
  return worstOf(verdicts, judge.pass('nothing is deleted', at))
}

function hiddenWhy(attribute: ReturnType<typeof attributeOf>): string {
  return attribute?.known === false ? attribute.why : 'are not told'
}

function judgeRule(resource: Resource, path: string, least: number): Verdict {
  const at = attributeOf(resource, 'policy')
  const of = (name: string) => attributeOf(resource, `${path}.${name}`)
  const [status, type, number] = [of('tagStatus'), of('countType'), of('countNumber')]
  if (status?.known === true && status.value === 'untagged') return judge.pass('images without a tag go', at)
  if (status?.known !== true || type?.known !== true || number?.known !== true) {
    return judge.unknown('which images a rule deletes is not known', at)
  }
  if (type.value !== 'imageCountMoreThan') return judge.fail('images with a tag go after some days', at)
  const found = `${textOf(number.value)} images are kept`
  return Number(number.value) >= least ? judge.pass(found, at) : judge.fail(found, at)
}

/** The bucket of the state is made somewhere else; it is looked for in everything that was scanned. */
function judgeState(resource: Resource, evidence: Evidence): Verdict {
  const whole = attributeOf(resource, '')
  if (whole?.known === false) return judge.unknown(whole.why)
  if (attributeOf(resource, 'cloud') !== undefined) return judge.pass('HCP Terraform keeps every version')
  const [backend] = childrenOf(resource, 'backend')
  if (backend === undefined) return judge.notApplicable('it names no backend')
  const name = attributeOf(resource, `${backend}.bucket`)
  if (name === undefined) return judgeOther(resource, backend)
  if (!name.known) return judge.unknown(`its bucket ${name.why}`, name)
  const bucket = bucketsByName(evidence).get(textOf(name.value))
  if (bucket === undefined)
    return judge.unknown(`no scanned file makes the bucket ${textOf(name.value)}`, name)
  const versioned = versioningOf(bucket, evidence)
  const found = `${bucket.address} keeps the state`
  if (versioned === 'yes') return judge.pass(`${found} in versions`, name)
  return versioned === 'no'
    ? judge.fail(`${found} without versions`, name)
    : judge.unknown(`${found}, and its versions are not known`, name)
}

function judgeOther(resource: Resource, backend: string): Verdict {
  const at = attributeOf(resource, backend)
  if (attributeOf(resource, `${backend}.organization`) !== undefined) {
    return judge.pass('HCP Terraform keeps every version', at)
  }
  return attributeOf(resource, `${backend}.path`) === undefined
    ? judge.unknown('whether its backend keeps versions is not known', at)
    : judge.fail('the state is a file without versions', at)
}

function versioningOf(bucket: Resource, evidence: Evidence): Answer {
  const inline = knownValueOf(bucket, 'versioning.0.enabled')
  if (inline !== undefined) return isTrue(inline) ? 'yes' : 'no'
  if (bucket.type === 'google_storage_bucket') return 'no'
  const { certain, possible } = attachedTo(bucket, evidence, {
    type: 'aws_s3_bucket_versioning',
    path: 'bucket',
    name: 'bucket',
  })
  return bestOf([...certain.map(isVersioned), ...possible.map(() => 'maybe' as const)])
}

function isVersioned(versioning: Resource): Answer {
  const status = attributeOf(versioning, 'versioning_configuration.0.status')
  if (status?.known === false) return 'maybe'
  return status === undefined || status.value === 'Enabled' ? 'yes' : 'no'
}

/** Found once per scan: every backend asks. */
const known = new WeakMap<Evidence, ReadonlyMap<string, Resource>>()

function bucketsByName(evidence: Evidence): ReadonlyMap<string, Resource> {
  const before = known.get(evidence)
  if (before !== undefined) return before
  const buckets = evidence.resources.filter(ofType('aws_s3_bucket', 'google_storage_bucket'))
  const named = new Map(
    buckets.map((each) => [
      textOf(knownValueOf(each, each.type === 'aws_s3_bucket' ? 'bucket' : 'name')),
      each,
    ]),
  )
  known.set(evidence, named)
  return named
}
