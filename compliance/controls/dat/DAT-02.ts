/** No bucket is given to everybody, neither by a policy nor by an access list. */
import { attributeOf, childrenOf, type Evidence, type Json, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isBucket } from '../read/bucket.ts'
import { googleBindings } from '../read/google-iam.ts'
import { judgePolicyFor } from '../read/lets-in.ts'
import { holdsFlag } from '../read/public-access-block.ts'
import { referredTo } from '../read/referred.ts'
import { judgeSettingOf } from '../read/setting.ts'
import { ofType } from '../read/terraform.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'no policy or access list names everybody',
  'name the principals, or serve public files through a CDN with its own identity',
)

const isPolicy = ofType('aws_s3_bucket_policy')
const isAcl = ofType('aws_s3_bucket_acl')
const isGooglePolicy = ofType('google_storage_bucket_iam_policy')
/** Attributes that name who may, by type. */
const namedIn: Readonly<Record<string, readonly string[]>> = {
  google_storage_bucket_iam_member: ['member'],
  google_storage_bucket_iam_binding: ['members'],
  google_storage_bucket_access_control: ['entity'],
  google_storage_default_object_access_control: ['entity'],
  google_storage_object_access_control: ['entity'],
  google_storage_bucket_acl: ['role_entity', 'predefined_acl', 'default_acl'],
  google_storage_default_object_acl: ['role_entity', 'predefined_acl'],
  google_storage_object_acl: ['role_entity', 'predefined_acl'],
}
const namesMembers = ofType(...Object.keys(namedIn))
/** What a bucket may give away in its own block. */
const ownGrants = ['acl', 'grant', 'policy'] as const

const acl = (value: string) => ({
  file: 'main.tf',
  text: `resource "aws_s3_bucket_acl" "records" {\n  bucket = aws_s3_bucket.records.id\n  acl    = "${value}"\n}\n`,
})

export const control: Control = {
  id: 'DAT-02',
  page: {
    why: 'A bucket for everybody is found within hours by those who look for one, and what was copied never comes back.',
    good: [acl('private')],
    bad: [acl('public-read')],
  },
  sources: ['terraform'],
  applies: (resource) =>
    isPolicy(resource) ||
    isAcl(resource) ||
    isGooglePolicy(resource) ||
    namesMembers(resource) ||
    (isBucket(resource) && ownGrants.some((path) => attributeOf(resource, path) !== undefined)),
  check: (resource, evidence) => {
    if (isGooglePolicy(resource)) return judgeGooglePolicy(resource, evidence)
    return namesMembers(resource) ? judgeMembers(resource) : judgeAws(resource, evidence)
  },
}

function judgeAws(resource: Resource, evidence: Evidence): readonly Verdict[] {
  const acls = [judgeAcl(resource), ...judgeGrants(resource)].map((verdict) =>
    heldBack(verdict, 'ignore_public_acls', resource, evidence),
  )
  if (isAcl(resource)) return acls
  const policy = attributeOf(resource, 'policy')
  const verdict =
    policy === undefined || (policy.known && policy.value === null)
      ? judge.notApplicable('it has no policy of its own')
      : heldBack(judgePolicyFor(judge, resource, evidence), 'restrict_public_buckets', resource, evidence)
  return isPolicy(resource) ? [verdict] : [...acls, verdict]
}

/** What a block of public access keeps from working is given to nobody. */
function heldBack(
  verdict: Verdict,
  flag: 'ignore_public_acls' | 'restrict_public_buckets',
  resource: Resource,
  evidence: Evidence,
): Verdict {
  if (verdict.status !== 'fail' && verdict.status !== 'unknown') return verdict
  const bucket = isBucket(resource)
    ? resource
    : referredTo(resource, 'bucket', evidence, { types: ['aws_s3_bucket'], name: 'bucket' })
  const holds = bucket === undefined ? 'no' : holdsFlag(flag, bucket, evidence)
  const part = verdict.part === undefined ? {} : { part: verdict.part }
  if (holds === 'yes') return { ...judge.pass(`${flag} keeps everybody else out`), ...part }
  return holds === 'unknown' && verdict.status === 'fail'
    ? { ...judge.unknown(`${verdict.found ?? ''}, and whether ${flag} holds is not known`), ...part }
    : verdict
}

function judgeAcl(resource: Resource): Verdict {
  return judgeSettingOf(judge, resource, {
    path: 'acl',
    accepts: (value) =>
      !['public-read', 'public-read-write', 'authenticated-read', 'website'].includes(textOf(value)),
    absent: 'not-applicable',
    to: 'private',
  })
}

/** Groups of everybody, and of everybody with an account of AWS. */
const everybody = /\/groups\/global\/(?:AllUsers|AuthenticatedUsers)$/

function judgeGrants(resource: Resource): readonly Verdict[] {
  const [list, name] = isBucket(resource)
    ? (['grant', 'uri'] as const)
    : (['access_control_policy.0.grant', 'grantee.0.uri'] as const)
  const whole = attributeOf(resource, list)
  const children = childrenOf(resource, list)
  if (children.length === 0)
    return whole?.known === false ? [{ ...judge.unknown(`${list} ${whole.why}`, whole), part: list }] : []
  return children.map((child) =>
    judgeSettingOf(judge, resource, {
      path: `${child}.${name}`,
      accepts: (value) => !everybody.test(textOf(value)),
      absent: 'not-applicable',
    }),
  )
}

/** Members, entities, and the lists of Google's own that are open to everybody. */
const isOpenToAll = (value: Json) =>
  /allUsers|allAuthenticatedUsers|^"(?:publicRead|publicReadWrite|authenticatedRead)"$/.test(
    JSON.stringify(value),
  )

function judgeMembers(resource: Resource): readonly Verdict[] {
  const accepts = (value: Json) => !isOpenToAll(value)
  return (namedIn[resource.type] ?? []).map((path) =>
    judgeSettingOf(judge, resource, { path, accepts, absent: 'not-applicable' }),
  )
}

function judgeGooglePolicy(resource: Resource, evidence: Evidence): readonly Verdict[] {
  const { bindings, hidden } = googleBindings(resource, evidence)
  const verdicts = bindings.map((binding) =>
    judgeSettingOf(judge, binding.resource, {
      path: binding.members,
      accepts: (value) => !isOpenToAll(value),
      absent: 'not-applicable',
    }),
  )
  if (hidden !== undefined) verdicts.push({ ...judge.unknown(hidden), part: 'policy_data' })
  return verdicts
}
