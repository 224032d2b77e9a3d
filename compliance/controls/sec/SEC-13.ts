/** The first script of a machine holds no secret: whoever can ask its metadata service reads it. */
import { attributeOf, childrenOf, type Attribute, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { machineScripts, secretPlaces } from '../read/secrets.ts'
import { isSecretName } from '../read/secret-shapes.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'

const judge = judgeBy(
  'user data and metadata hold no secret',
  'take the secret out, change it, and let the machine fetch it under its own role',
)

const isMachine = ofType(...Object.keys(machineScripts))

export const control: Control = {
  id: 'SEC-13',
  sources: ['terraform'],
  page: {
    why: 'User data is shown to every process on the machine and to everybody who may describe it.',
    good: [
      {
        file: 'main.tf',
        text: 'resource "aws_instance" "worker" {\n  user_data = "systemctl enable --now campus-worker"\n}\n',
      },
    ],
    bad: [
      {
        file: 'main.tf',
        text: 'resource "aws_instance" "worker" {\n  user_data = "export DATABASE_PASSWORD=q8Xw-33k"\n}\n',
      },
    ],
  },
  applies: isMachine,
  check: (resource) => {
    const open = attributeOf(resource, '')
    if (open?.known === false) return judge.unknown(open.why)
    const found = (machineScripts[resource.type] ?? []).flatMap((path) => judgeScript(resource, path))
    return found.length === 0 ? judge.notApplicable('it has no script') : found
  },
}

function judgeScript(resource: Resource, path: string): Verdict[] {
  const attribute = attributeOf(resource, path)
  if (attribute === undefined || (attribute.known && attribute.value === null)) return []
  const place = secretPlaces(resource).find((each) => each.path === path || each.path.startsWith(`${path}.`))
  if (place !== undefined) return [{ ...judge.fail(`${path} holds a secret`, place.attribute), part: path }]
  const given = secretReference(attribute)
  if (given !== undefined) return [{ ...judge.fail(`${path} is given ${given}`, attribute), part: path }]
  const children = childrenOf(resource, path)
  const hidden = children.map((child) => attributeOf(resource, child)).find((each) => each?.known === false)
  const unknown = hidden ?? (attribute.known || children.length > 0 ? undefined : attribute)
  if (unknown?.known === false) return [{ ...judge.unknown(`${path} ${unknown.why}`, unknown), part: path }]
  return [{ ...judge.pass(`${path} holds no secret`, attribute), part: path }]
}

/** A script that is not known but is made of a value named like a secret: it ends up in the script. */
function secretReference(attribute: Attribute): string | undefined {
  if (attribute.known || attribute.expression === undefined) return undefined
  const names = attribute.expression.slice(0, 20_000).matchAll(/\b(?:var|local)\.([A-Za-z_][\w-]{0,80})/g)
  for (const [whole, name = ''] of names) if (isSecretName(name)) return whole
  return /\brandom_password\.[\w-]{1,80}\.(?:result|bcrypt_hash)/.exec(attribute.expression)?.[0]
}
