/** What a tenant leaves behind is destroyed, and the destruction can be shown. */
import { attestedControl } from '../attested.ts'
import { expiredExample, signedExample } from '../read/signed-example.ts'

export const control = attestedControl({
  id: 'TEN-12',
  statement:
    'the records, backups and keys of every tenant that left were destroyed on the agreed day, and a signed record names them with the day the last backup expires',
  page: {
    why: 'An agreement ends and the copies stay: in buckets, replicas and backups nobody thinks of. A signed record of what was destroyed is what the school needs to close its own books.',
    good: [signedExample],
    bad: [expiredExample],
  },
})
