/** A record that is wrong is corrected or contested, and one that may go is erased, each with a trace. */
import { attestedControl } from '../attested.ts'
import { expiredExample, signedExample } from '../read/signed-example.ts'

export const control = attestedControl({
  id: 'PRV-07',
  statement:
    'requests to amend or erase a record follow a written procedure, and each leaves who asked, who decided, when and why',
  page: {
    why: 'A parent who was refused may ask for a hearing and add a statement of their own (34 CFR 99.20 to 99.22). Without a procedure nobody can show that the answer was given.',
    good: [signedExample],
    bad: [expiredExample],
  },
})
