/** Somebody tries to get in once a year, and looks for open doors twice. */
import { attestedControl } from '../attested.ts'

export const control = attestedControl({
  id: 'IRP-07',
  statement:
    'a penetration test was done within a year and an assessment of vulnerabilities within six months, and their reports are kept',
  page: {
    why: 'A checklist finds what its writers thought of. Somebody who is paid to get in finds the rest (16 CFR 314.4(d)).',
    good: [
      {
        kind: 'attestation',
        type: 'statement',
        attributes: { name: 'IRP-07', state: 'current', signer: 'Robin Vale', expires: '2027-08-31' },
      },
    ],
    bad: [
      {
        kind: 'attestation',
        type: 'statement',
        attributes: { name: 'IRP-07', state: 'expired', signer: 'Robin Vale', expires: '2025-08-31' },
      },
    ],
  },
})
