/** The plan for incidents is tried once a year. */
import { attestedControl } from '../attested.ts'

export const control = attestedControl({
  id: 'IRP-02',
  statement:
    'an exercise of the plan for incidents was held within 12 months and what it showed was followed up',
  page: {
    why: 'A plan that was never tried fails at its first step: a number nobody answers, a right nobody has.',
    good: [
      {
        kind: 'attestation',
        type: 'statement',
        attributes: { name: 'IRP-02', state: 'current', signer: 'Robin Vale', expires: '2027-08-31' },
      },
    ],
    bad: [
      {
        kind: 'attestation',
        type: 'statement',
        attributes: { name: 'IRP-02', state: 'expired', signer: 'Robin Vale', expires: '2025-08-31' },
      },
    ],
  },
})
