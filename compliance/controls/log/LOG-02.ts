/** A change of a delivered trail file can be proved. */
import { attributeControl } from '../attribute-control.ts'
import type { Control } from '../control.ts'
import { isTrue } from '../verdict.ts'

const trail = (lines: string) =>
  `resource "aws_cloudtrail" "main" {\n  name           = "main"\n  s3_bucket_name = "trail-of-campus"\n${lines}}\n`

const path = 'enable_log_file_validation'
const judged = attributeControl({
  id: 'LOG-02',
  types: ['aws_cloudtrail'],
  path,
  accepts: isTrue,
  absent: 'fail',
  expected: 'enable_log_file_validation is true',
  fix: 'set enable_log_file_validation = true',
})

export const control: Control = {
  ...judged,
  page: {
    why: 'Without digests nobody can tell that a file of the trail was changed or is missing.',
    good: [{ file: 'main.tf', text: trail('  enable_log_file_validation = true\n') }],
    bad: [{ file: 'main.tf', text: trail('') }],
  },
  check: (resource, evidence) =>
    [judged.check(resource, evidence)]
      .flat()
      .map((verdict) =>
        verdict.status === 'fail' ? { ...verdict, mend: [{ set: path, to: true }] } : verdict,
      ),
}
