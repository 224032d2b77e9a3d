/** The root user of the account has a second factor. */
import { accountControl } from '../account-finding.ts'

export const control = accountControl({
  id: 'IAM-01',
  expected: 'the root user has a second factor, a hardware one where it can be had',
  fix: 'register a security key for the root user of the account',
  why: 'The root user may do everything and nothing can stop it: with a password alone, one guess is enough.',
})
