/** Shared file systems are encrypted; those with education records under a key of the customer. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isRestricted, labelOf } from '../read/classification.ts'
import { judgeSettingOf } from '../read/setting.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'encrypted is true, and kms_key_id names a key where the label says restricted',
  'set encrypted = true and kms_key_id; an existing file system is copied to a new one',
)

const fileSystem = (lines: string) => ({
  file: 'main.tf',
  text: `resource "aws_efs_file_system" "uploads" {\n  creation_token = "uploads"\n${lines}}\n`,
})

export const control: Control = {
  id: 'DAT-09',
  page: {
    why: 'Uploads of students lie on shared file systems. They cannot be encrypted later, so a wrong start stays wrong.',
    good: [fileSystem('  encrypted = true\n')],
    bad: [fileSystem('')],
  },
  sources: ['terraform'],
  applies: ofType('aws_efs_file_system'),
  check: judgeFileSystem,
}

function judgeFileSystem(resource: Resource, evidence: Evidence): readonly Verdict[] {
  const encrypted = judgeSettingOf(judge, resource, { path: 'encrypted', accepts: isTrue, absent: 'fail' })
  const { text } = labelOf(resource, evidence)
  if (encrypted.status !== 'pass' || text === undefined || !isRestricted(text)) return [encrypted]
  const key = attributeOf(resource, 'kms_key_id')
  // A reference to a key is not known before it is made, and is one all the same.
  if (key?.known === false && key.identity !== undefined)
    return [encrypted, judge.pass('it has a key of its own', key)]
  const own = judgeValue(judge, resource, {
    path: 'kms_key_id',
    accepts: (value) => value !== '',
    absent: 'fail',
  })
  return [encrypted, { ...own, part: 'kms_key_id' }]
}
