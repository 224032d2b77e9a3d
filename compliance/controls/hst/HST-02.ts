/** A virtual machine starts only what its maker signed. */
import { attributeOf, childrenOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { ofType } from '../read/terraform.ts'
import { isTrue, judgeBy, judgeValue } from '../verdict.ts'

const judge = judgeBy(
  'secure boot, vTPM and integrity monitoring are on',
  'add shielded_instance_config { enable_secure_boot = true enable_vtpm = true enable_integrity_monitoring = true }',
)
const names = ['enable_secure_boot', 'enable_vtpm', 'enable_integrity_monitoring']

export const control: Control = {
  id: 'HST-02',
  sources: ['terraform'],
  applies: ofType(
    'google_compute_instance',
    'google_compute_instance_template',
    'google_compute_region_instance_template',
  ),
  check: judgeHost,
  page: {
    why: 'What changes the start of a machine outlives every new installation and is seen by no program that runs on it.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "google_compute_instance" "tenant" {\n  name = "tenant-a"\n\n  shielded_instance_config {\n    enable_secure_boot = true\n  }\n}\n',
      },
    ],
    bad: [
      { file: 'main.tf', text: 'resource "google_compute_instance" "tenant" {\n  name = "tenant-a"\n}\n' },
    ],
  },
}

function judgeHost(resource: Resource): Verdict | readonly Verdict[] {
  const block = attributeOf(resource, 'shielded_instance_config')
  const mends = names.map((name) => ({ set: `shielded_instance_config.0.${name}`, to: true }))
  if (block === undefined) return mended(judge.fail('shielded_instance_config is not set'), ...mends)
  if (!block.known && childrenOf(resource, 'shielded_instance_config').length === 0) {
    return judge.unknown(`shielded_instance_config ${block.why}`, block)
  }
  return names.map((name) => {
    const path = `shielded_instance_config.0.${name}`
    // In the block secure boot is off by default, the other two are on.
    const absent = name === 'enable_secure_boot' ? 'fail' : 'pass'
    const verdict = judgeValue(judge, resource, { path, accepts: isTrue, absent })
    return { ...mended(verdict, { set: path, to: true }), part: path }
  })
}
