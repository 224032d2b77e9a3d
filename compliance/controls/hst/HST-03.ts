/** Who logs in to a machine does so under an own name that can be taken away. */
import { attributeOf, knownValueOf, type Attribute, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { mended } from '../read/mend.ts'
import { inRoot } from '../read/neighbours.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'enable-oslogin is TRUE, keys of the project are blocked and the serial port is off',
  'set metadata = { enable-oslogin = "TRUE", block-project-ssh-keys = "TRUE" }',
)

export const control: Control = {
  id: 'HST-03',
  sources: ['terraform'],
  applies: ofType(
    'google_compute_instance',
    'google_compute_instance_template',
    'google_compute_region_instance_template',
  ),
  check: judgeHost,
  page: {
    why: 'A key of the project opens every machine, also for who left long ago; the serial port lets in past every firewall.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "google_compute_instance" "tenant" {\n  name = "tenant-a"\n\n  metadata = {\n    enable-oslogin         = "TRUE"\n    block-project-ssh-keys = "TRUE"\n  }\n}\n',
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "google_compute_instance" "tenant" {\n  name = "tenant-a"\n\n  metadata = {\n    serial-port-enable = "TRUE"\n  }\n}\n',
      },
    ],
  },
}

function judgeHost(resource: Resource, evidence: Evidence): readonly Verdict[] {
  const wanted: readonly (readonly [name: string, on: boolean])[] = [
    ['enable-oslogin', true],
    ['block-project-ssh-keys', true],
    ['serial-port-enable', false],
  ]
  return wanted.map(([name, on]) => {
    const own = attributeOf(resource, `metadata.${name}`)
    const value = own ?? projectValue(name, resource, evidence)
    const verdict = judgeKey(name, on, value)
    return {
      ...mended(verdict, { set: `metadata.${name}`, to: on ? 'TRUE' : 'FALSE' }),
      part: `metadata.${name}`,
    }
  })
}

function judgeKey(name: string, on: boolean, value: Attribute | undefined): Verdict {
  if (value === undefined)
    return on ? judge.fail(`${name} is not set`) : judge.pass(`${name} is off by default`)
  if (!value.known) return judge.unknown(`${name} ${value.why}`, value)
  const isOn = /^(?:true|1|y|yes)$/i.test(textOf(value.value))
  const found = `${name} is ${textOf(value.value)}`
  return isOn === on ? judge.pass(found, value) : judge.fail(found, value)
}

/** What the metadata of the project says holds for a machine that says nothing itself; keys are blocked by machine only. */
function projectValue(name: string, resource: Resource, evidence: Evidence): Attribute | undefined {
  if (name === 'block-project-ssh-keys') return undefined
  for (const project of inRoot(evidence, resource, 'google_compute_project_metadata')) {
    const value = attributeOf(project, `metadata.${name}`)
    if (value !== undefined) return value
  }
  const item = inRoot(evidence, resource, 'google_compute_project_metadata_item').find(
    (each) => knownValueOf(each, 'key') === name,
  )
  return item === undefined ? undefined : attributeOf(item, 'value')
}
