/** What nobody uses is turned off. */
import { accountControl } from '../account-finding.ts'

export const control = accountControl({
  id: 'IAM-11',
  expected: 'no password or key that was not used for 45 days is active',
  fix: 'disable the password and the keys of the user',
  why: 'Nobody notices that a forgotten account is used by somebody else.',
})
