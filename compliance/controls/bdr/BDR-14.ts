/** What to do on the worst day is written down before it. */
import { attestedControl } from '../attested.ts'

const statement = (state: string) => ({
  kind: 'attestation' as const,
  type: 'statement',
  attributes: { name: 'BDR-14', state, expires: '2027-09-30' },
})

export const control = attestedControl({
  id: 'BDR-14',
  statement:
    'a written plan says what to do when data is damaged (within an hour), a region is lost (within 30 minutes) or everything is held for ransom (within four hours), and was reviewed in the last year',
  page: {
    why: 'Nobody invents a good plan at night with everything down. Written and practised, it is followed; unwritten, it is argued about.',
    good: [statement('current')],
    bad: [],
  },
})
