/** A line of the database's log says when, who, where and from where. */
import type { Control } from '../control.ts'
import { isServer, settingOf } from '../read/postgres.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'log_line_prefix has time, process, user, database and client (%m %p %u %d %h), or the log is structured',
  "set log_line_prefix = '%m [%p] %u@%d %h '",
)

export const control: Control = {
  id: 'DBS-13',
  page: {
    why: 'A line without user, database and client cannot be matched to anybody, and proves nothing.',
    good: [
      {
        kind: 'postgres',
        type: 'server',
        attributes: { setting: { log_destination: 'stderr', log_line_prefix: '%m [%p] %u@%d %h ' } },
      },
    ],
    bad: [
      {
        kind: 'postgres',
        type: 'server',
        attributes: { setting: { log_destination: 'stderr', log_line_prefix: '%m [%p] ' } },
      },
    ],
  },
  sources: ['postgres'],
  applies: isServer,
  check: (resource) => {
    const destination = settingOf(resource, 'log_destination')
    if (destination?.known === true && /jsonlog|csvlog/.test(textOf(destination.value))) {
      return judge.pass(`log_destination is ${textOf(destination.value)}`)
    }
    const prefix = settingOf(resource, 'log_line_prefix')
    if (prefix?.known !== true) return judge.unknown(`log_line_prefix ${prefix?.why ?? 'was not told'}`)
    const text = textOf(prefix.value)
    const parts: readonly (readonly [string, RegExp])[] = [
      ['time', /%[mnt]/],
      ['process', /%p/],
      ['user', /%u/],
      ['database', /%d/],
      ['client', /%[hr]/],
    ]
    const missing = parts.filter(([, pattern]) => !pattern.test(text)).map(([name]) => name)
    return missing.length === 0
      ? judge.pass(`log_line_prefix is ${text}`)
      : judge.fail(`log_line_prefix lacks ${missing.join(', ')}`)
  },
}
