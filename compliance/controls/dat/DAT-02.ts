/** No bucket is given to everybody, neither by a policy nor by an access list. */
import { attributeOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { judgePolicyFor } from '../read/lets-in.ts'
import { judgeSettingOf } from '../read/setting.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy, judgeValue } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'no policy or access list names everybody',
  'name the principals, or serve public files through a CDN with its own identity',
)

const isPolicy = ofType('aws_s3_bucket_policy')
const isGoogle = ofType(
  'google_storage_bucket_iam_member',
  'google_storage_bucket_iam_binding',
  'google_storage_bucket_access_control',
  'google_storage_default_object_access_control',
)

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
    isGoogle(resource) ||
    ofType('aws_s3_bucket_acl')(resource) ||
    (ofType('aws_s3_bucket')(resource) && attributeOf(resource, 'acl') !== undefined),
  check: (resource, evidence) => {
    if (isPolicy(resource)) return judgePolicyFor(judge, resource, evidence)
    return isGoogle(resource) ? judgeGoogle(resource) : judgeAcl(resource)
  },
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

function judgeGoogle(resource: Resource): Verdict {
  const path = ['members', 'entity'].find((name) => attributeOf(resource, name) !== undefined) ?? 'member'
  return judgeValue(judge, resource, {
    path,
    accepts: (value) => !/allUsers|allAuthenticatedUsers/.test(JSON.stringify(value)),
    absent: 'not-applicable',
  })
}
