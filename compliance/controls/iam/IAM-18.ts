/** Somebody looks every quarter at who may do what. */
import { attestedControl } from '../attested.ts'

export const control = attestedControl({
  id: 'IAM-18',
  statement: 'everybody’s access was reviewed within this quarter, and what nobody needs was taken away',
  page: {
    why: 'People change jobs and keep their rights; only a review finds what nobody asked to have removed.',
    good: [
      { kind: 'attestation', type: 'statement', attributes: { state: 'current', expires: '2027-03-31' } },
    ],
    bad: [],
  },
})
