/** A change of a delivered trail file can be proved. */
import { attributeControl } from '../attribute-control.ts'
import { isTrue } from '../verdict.ts'

export const control = attributeControl({
  id: 'LOG-02',
  types: ['aws_cloudtrail'],
  path: 'enable_log_file_validation',
  accepts: isTrue,
  absent: 'fail',
  expected: 'enable_log_file_validation is true',
  fix: 'set enable_log_file_validation = true',
})
