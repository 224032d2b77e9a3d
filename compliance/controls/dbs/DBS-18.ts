/** What the database says is written is written, and damage is noticed. */
import type { Control } from '../control.ts'
import { isServer, settingOf } from '../read/postgres.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'data_checksums, fsync and full_page_writes are on',
  'set fsync and full_page_writes to on; turn checksums on with pg_checksums --enable',
)

export const control: Control = {
  id: 'DBS-18',
  sources: ['postgres'],
  applies: isServer,
  check: (resource) => {
    const verdicts = ['fsync', 'full_page_writes', 'data_checksums'].map((name) => {
      const setting = settingOf(resource, name)
      if (setting?.known !== true) return judge.unknown(`${name} ${setting?.why ?? 'was not told'}`)
      return setting.value === 'on'
        ? judge.pass(`${name} is on`)
        : judge.fail(`${name} is ${textOf(setting.value)}`)
    })
    return worstOf(verdicts, judge.unknown('nothing is known of it'))
  },
}
