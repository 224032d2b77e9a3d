/** The root user of the account has no keys. */
import { accountControl } from '../account-finding.ts'

export const control = accountControl({
  id: 'IAM-02',
  expected: 'the root user has no access key',
  fix: 'delete the access keys of the root user and use a role',
  why: 'A key of the root user opens everything in the account, from anywhere, without a second factor.',
})
