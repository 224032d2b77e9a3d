/** Whoever keeps records for the school is on a list, and bound as the school is. */
import { attestedControl } from '../attested.ts'
import { expiredExample, signedExample } from '../read/signed-example.ts'

export const control = attestedControl({
  id: 'PRV-08',
  statement:
    'every company that keeps or sees records is on the list of this document, under direct control of the school, with an agreement that forbids passing them on',
  page: {
    why: 'FERPA lets a school use a company as if it were staff only under its direct control and without passing records on (34 CFR 99.31(a)(1)(i)(B), 99.33). A service nobody listed is a disclosure.',
    good: [signedExample],
    bad: [expiredExample],
  },
})
