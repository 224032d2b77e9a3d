/** Only production holds real people. */
import { attestedControl } from '../attested.ts'
import { expiredExample, signedExample } from '../read/signed-example.ts'

export const control = attestedControl({
  id: 'PRV-10',
  statement:
    'no database outside of production holds records of real people: they are made up or masked, and a search for real identifiers found none',
  page: {
    why: 'Test systems have weaker doors, more readers and no disclosure record. Most leaks of student data began in a copy.',
    good: [signedExample],
    bad: [expiredExample],
  },
})
