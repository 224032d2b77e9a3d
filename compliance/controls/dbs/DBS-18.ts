/** What the database says is written is written, and damage is noticed. */
import type { Control } from '../control.ts'
import { isServer, settingOf } from '../read/postgres.ts'
import { judgeBy, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'data_checksums, fsync and full_page_writes are on, and synchronous_commit is not off',
  'set fsync, full_page_writes and synchronous_commit to on; turn checksums on with pg_checksums --enable',
)

export const control: Control = {
  id: 'DBS-18',
  page: {
    why: 'A database that says saved before it is saved loses grades in the next power cut, and without checksums nobody notices.',
    good: [
      {
        kind: 'postgres',
        type: 'server',
        attributes: {
          setting: { fsync: 'on', full_page_writes: 'on', data_checksums: 'on', synchronous_commit: 'on' },
        },
      },
    ],
    bad: [
      {
        kind: 'postgres',
        type: 'server',
        attributes: {
          setting: { fsync: 'off', full_page_writes: 'on', data_checksums: 'on', synchronous_commit: 'on' },
        },
      },
    ],
  },
  sources: ['postgres'],
  applies: isServer,
  check: (resource) => {
    const verdicts = ['fsync', 'full_page_writes', 'data_checksums', 'synchronous_commit'].map((name) => {
      const setting = settingOf(resource, name)
      if (setting?.known !== true) return judge.unknown(`${name} ${setting?.why ?? 'was not told'}`)
      const isDurable = name === 'synchronous_commit' ? setting.value !== 'off' : setting.value === 'on'
      return isDurable
        ? judge.pass(`${name} is ${textOf(setting.value)}`)
        : judge.fail(`${name} is ${textOf(setting.value)}`)
    })
    return worstOf(verdicts, judge.unknown('nothing is known of it'))
  },
}
