/** What people upload is looked at before anybody opens it, and is nobody’s but theirs. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  type Attribute,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import { withStatement } from '../attested.ts'
import type { Control, Verdict } from '../control.ts'
import { isBucket } from '../read/bucket.ts'
import { judgeBlock } from '../read/public-access-block.ts'
import { attachedTo } from '../read/terraform.ts'
import { textOf } from '../text.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'a bucket for uploads blocks public access and its objects are scanned for malware',
  'add aws_s3_bucket_public_access_block and aws_guardduty_malware_protection_plan, or a function that scans',
)

const bucket = `resource "aws_s3_bucket" "uploads" {
  bucket = "campus-uploads"
}

resource "aws_s3_bucket_public_access_block" "uploads" {
  bucket                  = aws_s3_bucket.uploads.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
`
const plan = `
resource "aws_guardduty_malware_protection_plan" "uploads" {
  role = "arn:aws:iam::111122223333:role/malware-scan"

  protected_resource {
    s3_bucket {
      bucket_name = aws_s3_bucket.uploads.id
    }
  }
}
`

const machine: Control = {
  id: 'APP-22',
  sources: ['terraform'],
  page: {
    why: 'An essay with a macro is opened by whoever grades it, with rights on every record. And a public folder of uploads is found by search engines within days.',
    good: [{ file: 'main.tf', text: `${bucket}${plan}` }],
    bad: [{ file: 'main.tf', text: bucket }],
  },
  applies: isBucket,
  check: judgeUploads,
}

export const control = withStatement(
  machine,
  'type and size of uploads are checked by content, they lie outside of the web root, and links to them are signed and end',
)

function judgeUploads(resource: Resource, evidence: Evidence): Verdict | readonly Verdict[] {
  if (resource.attributes.has('')) return judge.unknown('nothing is known of it')
  const names = [resource.name, textOf(knownValueOf(resource, 'bucket'))]
  if (!names.some((name) => /upload|submission|attachment|dropbox|homework/i.test(name))) {
    return judge.notApplicable('nothing says that people upload into it')
  }
  return [
    { ...judgeBlock(judge, resource, evidence), part: 'private' },
    { ...judgeScan(resource, evidence), part: 'scan' },
  ]
}

function judgeScan(bucket: Resource, evidence: Evidence): Verdict {
  const scans = [
    { type: 'aws_guardduty_malware_protection_plan', path: 'protected_resource.0.s3_bucket.0.bucket_name' },
    { type: 'aws_s3_bucket_notification', path: 'bucket' },
  ].map((how) => attachedTo(bucket, evidence, { ...how, name: 'bucket' }))
  const [plans, notes] = scans
  if (plans?.certain[0] !== undefined) return judge.pass('GuardDuty scans it', plans.certain[0].position)
  const scanner = notes?.certain.find((note) =>
    childrenOf(note, 'lambda_function').some((path) =>
      isScanner(attributeOf(note, `${path}.lambda_function_arn`)),
    ),
  )
  if (scanner !== undefined) return judge.pass('a function scans it', scanner.position)
  const isOpen =
    (plans?.possible.length ?? 0) > 0 || (notes?.certain.length ?? 0) + (notes?.possible.length ?? 0) > 0
  return isOpen
    ? judge.unknown('what is told of new objects may scan them')
    : judge.fail('nothing scans it for malware')
}

/** A function whose name says that it looks for malware, or that it scans; documents are scanned, too. */
function isScanner(arn: Attribute | undefined): boolean {
  const text = arn?.known === true ? textOf(arn.value) : (arn?.expression ?? '')
  return /clamav|virus|malware|(?:^|[^a-z])scan(?:ner)?(?![a-z])/i.test(text)
}
