/** Buckets of Google Cloud give rights in one place only, and to nobody outside. */
import type { Control } from '../control.ts'
import { judgeByTable, type SettingTable } from '../read/setting.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'uniform_bucket_level_access is true and public_access_prevention is enforced',
  'set uniform_bucket_level_access = true and public_access_prevention = "enforced"',
)

/** Without them every object has a list of its own, and prevention is left to the organisation's policy. */
const settings: SettingTable = {
  google_storage_bucket: [
    { path: 'uniform_bucket_level_access', accepts: isTrue, absent: 'fail', to: true },
    {
      path: 'public_access_prevention',
      accepts: (value) => value === 'enforced',
      absent: 'fail',
      to: 'enforced',
    },
  ],
}

const bucket = (lines: string) => ({
  file: 'main.tf',
  text: `resource "google_storage_bucket" "records" {\n  name     = "campus-records"\n  location = "EU"\n${lines}}\n`,
})

export const control: Control = {
  id: 'DAT-07',
  page: {
    why: 'Lists on single objects are overlooked in every review: one object shared with everybody is enough to leak a transcript.',
    good: [bucket('  uniform_bucket_level_access = true\n  public_access_prevention    = "enforced"\n')],
    bad: [bucket('  public_access_prevention = "inherited"\n')],
  },
  sources: ['terraform'],
  applies: ofType(...Object.keys(settings)),
  check: (resource) => judgeByTable(judge, resource, settings),
}
