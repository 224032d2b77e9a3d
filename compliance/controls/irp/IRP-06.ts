/** Somebody may speak with the support of AWS before anything has happened. */
import { accountControl } from '../account-finding.ts'

export const control = accountControl({
  id: 'IRP-06',
  expected: 'a role that somebody can take on has AWSSupportAccess',
  fix: 'attach AWSSupportAccess to a role of those who handle incidents',
  why: 'In the night of an incident nobody should have to find out who may open a case with AWS.',
})
