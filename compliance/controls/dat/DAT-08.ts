/** What disks of machines hold is encrypted. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { inRoot } from '../read/neighbours.ts'
import { judgeSettingOf } from '../read/setting.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'every volume is encrypted, by itself or by the default of the account',
  'set encrypted = true (an existing volume is replaced by one from an encrypted snapshot), or aws_ebs_encryption_by_default',
)

/** Blocks that make volumes, and where in them encryption is said. */
const blocks: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  aws_instance: [
    ['root_block_device', 'encrypted'],
    ['ebs_block_device', 'encrypted'],
  ],
  aws_launch_configuration: [
    ['root_block_device', 'encrypted'],
    ['ebs_block_device', 'encrypted'],
  ],
  aws_launch_template: [['block_device_mappings', 'ebs.0.encrypted']],
}

const isDefault = ofType('aws_ebs_encryption_by_default')

export const control: Control = {
  id: 'DAT-08',
  page: {
    why: 'A volume, or a snapshot of it, that is not encrypted can be read by whoever gets hold of it: a copied snapshot, a disk that is thrown away.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_ebs_volume" "uploads" {\n  availability_zone = "us-east-1a"\n  size              = 100\n  encrypted         = true\n}\n',
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "aws_instance" "bastion" {\n  ami           = "ami-0123456789abcdef0"\n  instance_type = "t4g.nano"\n}\n',
      },
    ],
  },
  sources: ['terraform'],
  applies: ofType('aws_ebs_volume', ...Object.keys(blocks), 'aws_ebs_encryption_by_default'),
  check: judgeVolumes,
}

function judgeVolumes(resource: Resource, evidence: Evidence): readonly Verdict[] {
  if (isDefault(resource)) {
    return [judgeSettingOf(judge, resource, { path: 'enabled', accepts: isTrue, absent: 'pass', to: true })]
  }
  const whole = attributeOf(resource, '')
  if (whole?.known === false) return [judge.unknown(whole.why)]
  const verdicts = resource.type === 'aws_ebs_volume' ? [judgeVolume(resource)] : judgeBlocks(resource)
  if (verdicts.every(({ status }) => status !== 'fail') || !isOnByDefault(resource, evidence)) return verdicts
  return [judge.pass('the account encrypts every new volume')]
}

function judgeVolume(volume: Resource): Verdict {
  const isCopy = attributeOf(volume, 'snapshot_id') !== undefined
  return isCopy && attributeOf(volume, 'encrypted') === undefined
    ? judge.unknown('it is as encrypted as the snapshot it is made from')
    : judgeSettingOf(judge, volume, { path: 'encrypted', accepts: isTrue, absent: 'fail' })
}

/** A machine always has a root volume; a template may leave its volumes to the image. */
function judgeBlocks(resource: Resource): readonly Verdict[] {
  const rows = blocks[resource.type] ?? []
  const verdicts = rows.flatMap(([block, setting]) => {
    const whole = attributeOf(resource, block)
    const children = childrenOf(resource, block)
    if (whole?.known === false && children.length === 0)
      return [judge.unknown(`${block} ${whole.why}`, whole)]
    return children
      .filter((path) => isVolume(resource, path))
      .map((path) => judgeBlock(resource, path, setting))
  })
  if (resource.type === 'aws_launch_template') {
    return verdicts.length === 0 ? [judge.notApplicable('it names no volume of its own')] : verdicts
  }
  const root = attributeOf(resource, 'root_block_device')
  const isWithout =
    root === undefined || (root.known && childrenOf(resource, 'root_block_device').length === 0)
  return isWithout || verdicts.length === 0
    ? [judge.fail('the root volume is not encrypted: there is no root_block_device'), ...verdicts]
    : verdicts
}

function judgeBlock(resource: Resource, path: string, setting: string): Verdict {
  if (path.endsWith('.*')) return judge.unknown('some volumes are not known')
  const prefix = setting.includes('.') ? `${path}.ebs.0` : path
  const isCopy = attributeOf(resource, `${prefix}.snapshot_id`) !== undefined
  const found = attributeOf(resource, `${path}.${setting}`)
  if (found === undefined && isCopy) return judge.unknown(`${path} is as encrypted as its snapshot`)
  const verdict = judgeSettingOf(judge, resource, {
    path: `${path}.${setting}`,
    accepts: isTrue,
    absent: 'fail',
  })
  const at = attributeOf(resource, path)
  return verdict.at === undefined && at !== undefined ? { ...verdict, at } : verdict
}

/** Instance storage is no volume of EBS, and a device may be left out. */
function isVolume(resource: Resource, path: string): boolean {
  return !['virtual_name', 'no_device'].some((name) => {
    const value = knownValueOf(resource, `${path}.${name}`)
    return value !== undefined && value !== null && value !== false && value !== ''
  })
}

function isOnByDefault(resource: Resource, evidence: Evidence): boolean {
  return inRoot(evidence, resource, 'aws_ebs_encryption_by_default').some((each) => {
    const enabled = attributeOf(each, 'enabled')
    return enabled === undefined
      ? attributeOf(each, '') === undefined
      : enabled.known && isTrue(enabled.value ?? true)
  })
}
