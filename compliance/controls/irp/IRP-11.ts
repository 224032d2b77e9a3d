/** Who works with education records is trained every year. */
import { attestedControl } from '../attested.ts'

export const control = attestedControl({
  id: 'IRP-11',
  statement: 'everybody with access to education records was trained in security and FERPA within a year',
  page: {
    why: 'Most disclosures are mistakes of people who did not know: a list sent to the wrong address, a parent who asked politely.',
    good: [
      {
        kind: 'attestation',
        type: 'statement',
        attributes: { name: 'IRP-11', state: 'current', signer: 'Robin Vale', expires: '2027-08-31' },
      },
    ],
    bad: [
      {
        kind: 'attestation',
        type: 'statement',
        attributes: { name: 'IRP-11', state: 'expired', signer: 'Robin Vale', expires: '2025-08-31' },
      },
    ],
  },
})
