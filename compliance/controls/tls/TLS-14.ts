/** File systems that tasks mount are read and written over TLS. */
import { attributeOf, childrenOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy, judgeValue } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'volumes of EFS have transit encryption',
  'set transit_encryption to ENABLED in efs_volume_configuration',
)

const task = (line: string) =>
  `resource "aws_ecs_task_definition" "api" {\n  volume {\n    name = "files"\n\n    efs_volume_configuration {\n      file_system_id = "fs-0123"\n${line}    }\n  }\n}\n`

export const control: Control = {
  id: 'TLS-14',
  sources: ['terraform', 'ecs'],
  page: {
    why: 'NFS has no encryption of its own: what a task writes can be read in the network.',
    good: [{ file: 'main.tf', text: task('      transit_encryption = "ENABLED"\n') }],
    bad: [{ file: 'main.tf', text: task('') }],
  },
  applies: (resource) =>
    ofType('aws_ecs_task_definition')(resource) ||
    (resource.kind === 'ecs' && resource.type === 'task_definition'),
  check: judgeTask,
}

/** Terraform and the JSON of AWS spell them differently. */
const spellings = [
  ['volume', 'efs_volume_configuration.0', 'transit_encryption'],
  ['volume', 'efs_volume_configuration', 'transit_encryption'],
  ['volumes', 'efsVolumeConfiguration', 'transitEncryption'],
] as const

function judgeTask(resource: Resource): readonly Verdict[] {
  const verdicts = spellings.flatMap(([volumes, files, name]) =>
    childrenOf(resource, volumes)
      .filter(
        (path) => !path.endsWith('.*') && attributeOf(resource, `${path}.${files}`)?.known !== undefined,
      )
      .filter((path) => isBlock(resource, `${path}.${files}`))
      .map((path): Verdict => {
        const at = `${path}.${files}.${name}`
        const accepts = (value: unknown) => value === 'ENABLED'
        const verdict = judgeValue(judge, resource, { path: at, accepts, absent: 'fail' })
        return { ...mended(verdict, { set: at, to: 'ENABLED' }), part: path }
      }),
  )
  const hidden = ['volume', 'volumes', 'volume.*', ''].map((path) => attributeOf(resource, path))
  const unknown = hidden.find((each) => each?.known === false)
  if (unknown?.known === false && verdicts.length === 0)
    verdicts.push(judge.unknown(`its volumes ${unknown.why}`, unknown))
  return verdicts.length === 0 ? [judge.notApplicable('it mounts no file system of EFS')] : verdicts
}

/** A list of blocks is read by its first element, not as a block. */
function isBlock(resource: Resource, path: string): boolean {
  const found = attributeOf(resource, path)
  if (found?.known === true) return typeof found.value === 'object' && !Array.isArray(found.value)
  return !childrenOf(resource, path).some((child) => textOf(child).endsWith('.0'))
}
