/** What nobody needs any more moves to cheaper storage and goes. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isBucket } from '../read/bucket.ts'
import { attachedTo, ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'enabled rules move or expire objects, expire versions that were replaced, and abort uploads that never ended',
  'add aws_s3_bucket_lifecycle_configuration (on Google Cloud lifecycle_rule) with a rule for each',
)

const lifecycle = (rules: string) => ({
  file: 'main.tf',
  text: `resource "google_storage_bucket" "records" {\n  name     = "campus-records"\n  location = "EU"\n${rules}}\n`,
})
const rule = (action: string, condition: string) =>
  `  lifecycle_rule {\n    action {\n      type = "${action}"\n    }\n    condition {\n      ${condition}\n    }\n  }\n`

export const control: Control = {
  id: 'DAT-06',
  page: {
    why: 'Records that should be gone lie in old versions and broken uploads: they can still leak, and they cost every month.',
    good: [lifecycle(rule('Delete', 'age = 400') + rule('AbortIncompleteMultipartUpload', 'age = 7'))],
    bad: [lifecycle('')],
  },
  sources: ['terraform'],
  applies: (resource) => isBucket(resource) || ofType('google_storage_bucket')(resource),
  check: judgeBucket,
}

/** What rules do, by the blocks that say it. */
const deeds = {
  'moves or expires objects': ['transition', 'expiration'],
  'expires replaced versions': ['noncurrent_version_expiration'],
  'aborts uploads that never ended': [
    'abort_incomplete_multipart_upload',
    'abort_incomplete_multipart_upload_days',
  ],
} as const

interface Rule {
  readonly holder: Resource
  readonly path: string
}

function judgeBucket(bucket: Resource, evidence: Evidence): readonly Verdict[] {
  if (!isBucket(bucket)) return judgeGoogle(bucket)
  const own = childrenOf(bucket, 'lifecycle_rule').map((path) => ({ holder: bucket, path }))
  const type = 'aws_s3_bucket_lifecycle_configuration'
  const { certain, possible } = attachedTo(bucket, evidence, { type, path: 'bucket', name: 'bucket' })
  const rules = [
    ...own,
    ...certain.flatMap((holder) => childrenOf(holder, 'rule').map((path) => ({ holder, path }))),
  ]
  const [hidden] = possible
  if (rules.length === 0 && hidden !== undefined) {
    return [judge.unknown(`${hidden.address} may be for it`, hidden.position)]
  }
  const hides = [bucket, ...certain].some(
    (each) => isHidden(each, 'rule') || isHidden(each, 'lifecycle_rule'),
  )
  if (rules.length === 0)
    return [hides ? judge.unknown('its rules are not known') : judge.fail('it has no lifecycle rule')]
  return Object.entries(deeds).map(([deed, blocks]) => ({
    ...judgeDeed(rules, deed, blocks, hides),
    part: deed,
  }))
}

function isHidden(resource: Resource, path: string): boolean {
  const [whole, open] = [attributeOf(resource, path), attributeOf(resource, `${path}.*`)]
  return whole?.known === false && (childrenOf(resource, path).length === 0 || open?.known === false)
}

function judgeDeed(rules: readonly Rule[], deed: string, blocks: readonly string[], hides: boolean): Verdict {
  const does = rules.filter(({ holder, path }) =>
    blocks.some((block) => attributeOf(holder, `${path}.${block}`) !== undefined),
  )
  const isOn = ({ holder, path }: Rule): boolean =>
    knownValueOf(holder, `${path}.status`) === 'Enabled' || knownValueOf(holder, `${path}.enabled`) === true
  const isOff = ({ holder, path }: Rule): boolean =>
    knownValueOf(holder, `${path}.status`) === 'Disabled' || knownValueOf(holder, `${path}.enabled`) === false
  const at = rules[0]?.holder.position
  if (does.some(isOn)) return judge.pass(`a rule ${deed}`, at)
  return hides || does.some((each) => !isOff(each))
    ? judge.unknown(`whether a rule ${deed} is not known`, at)
    : judge.fail(`no rule ${deed}`, at)
}

function judgeGoogle(bucket: Resource): readonly Verdict[] {
  if (isHidden(bucket, 'lifecycle_rule')) return [judge.unknown('its rules are not known')]
  const rules = childrenOf(bucket, 'lifecycle_rule')
  if (rules.length === 0) return [judge.fail('it has no lifecycle rule')]
  const does = (...types: readonly string[]) =>
    rules.some((path) => types.includes(textOf(knownValueOf(bucket, `${path}.action.0.type`))))
  const isVersioned = knownValueOf(bucket, 'versioning.0.enabled') === true
  const olds = ['num_newer_versions', 'days_since_noncurrent_time', 'noncurrent_time_before']
  const expires = rules.some(
    (path) =>
      olds.some((name) => Number(knownValueOf(bucket, `${path}.condition.0.${name}`) ?? 0) !== 0) ||
      knownValueOf(bucket, `${path}.condition.0.with_state`) === 'ARCHIVED',
  )
  const isUnsaid = rules.some((path) => attributeOf(bucket, path)?.known !== true)
  const without = (part: string): Verdict =>
    isUnsaid ? judge.unknown(`whether a rule ${part} is not known`) : judge.fail(`no rule ${part}`)
  const said = (part: string, isDone: boolean): Verdict => ({
    ...(isDone ? judge.pass(`a rule ${part}`) : without(part)),
    part,
  })
  return [
    said('moves or expires objects', does('Delete', 'SetStorageClass')),
    ...(isVersioned ? [said('expires replaced versions', expires)] : []),
    said('aborts uploads that never ended', does('AbortIncompleteMultipartUpload')),
  ]
}
