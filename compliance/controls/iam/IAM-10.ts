/** Access keys are young. */
import { accountControl } from '../account-finding.ts'

export const control = accountControl({
  id: 'IAM-10',
  expected: 'no active access key is older than 90 days',
  fix: 'make a new key, give it to its user, and delete the old one; better, use a role',
  why: 'Keys end up in files and histories; a key that is changed often is worth less to whoever finds an old one.',
})
