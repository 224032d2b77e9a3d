/** The annual notice of rights is published. */
import { attestedControl } from '../attested.ts'
import { expiredExample, signedExample } from '../read/signed-example.ts'

export const control = attestedControl({
  id: 'PRV-12',
  statement: 'the annual notice of rights under FERPA was published this academic year, with its date',
  page: {
    why: 'Rights that nobody is told of are not used. FERPA asks for the notice every year (34 CFR 99.7).',
    good: [signedExample],
    bad: [expiredExample],
  },
})
