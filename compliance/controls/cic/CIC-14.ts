/** Terraform takes the providers and modules it was tested with. */
import { attributeOf, childrenOf, knownValueOf, type Attribute, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { ofType } from '../read/terraform.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'every provider has a version with an upper end, every module of others a version or a ref',
  'write version = "~> 5.80", and commit .terraform.lock.hcl',
)
const isSettings = ofType('terraform')
const isModule = ofType('module')

export const control: Control = {
  id: 'CIC-14',
  sources: ['terraform'],
  applies: (resource) => isSettings(resource) || isModule(resource),
  check: (resource) => (isModule(resource) ? judgeModule(resource) : judgeProviders(resource)),
  page: {
    why: 'The next major version of a provider changes defaults; without an end to what is allowed it arrives on the day of an urgent change.',
    good: [
      {
        file: 'versions.tf',
        text: 'terraform {\n  required_providers {\n    aws = {\n      source  = "hashicorp/aws"\n      version = "~> 5.80"\n    }\n  }\n}\n',
      },
    ],
    bad: [
      {
        file: 'versions.tf',
        text: 'terraform {\n  required_providers {\n    aws = {\n      source  = "hashicorp/aws"\n      version = ">= 3.0"\n    }\n  }\n}\n',
      },
      {
        file: 'main.tf',
        text: 'module "vpc" {\n  source = "git::https://git.campus.example/modules/vpc.git"\n}\n',
      },
    ],
  },
}

function judgeProviders(resource: Resource): Verdict | readonly Verdict[] {
  const blocks = childrenOf(resource, 'required_providers').filter((path) => /\.(?:\d+|\*)$/.test(path))
  const whole = attributeOf(resource, 'required_providers')
  if (whole?.known === false && blocks.length === 0)
    return judge.unknown(`required_providers ${whole.why}`, whole)
  const providers = blocks.flatMap((block) => childrenOf(resource, block))
  if (providers.length === 0) return judge.notApplicable('it asks for no providers')
  return providers.map((path) => ({ ...judgeProvider(resource, path), part: path }))
}

function judgeProvider(resource: Resource, path: string): Verdict {
  const text = knownValueOf(resource, path)
  // The old form: `aws = "~> 2.0"`.
  const version =
    typeof text === 'string' ? attributeOf(resource, path) : attributeOf(resource, `${path}.version`)
  if (version === undefined) return judge.fail('a provider without a version', attributeOf(resource, path))
  return judgeVersion(version)
}

function judgeVersion(version: Attribute): Verdict {
  if (!version.known) return judge.unknown(`version ${version.why}`, version)
  const text = textOf(version.value)
  const parts = text.split(',').map((part) => part.trim())
  const hasEnd = parts.some((part) => /^(?:~>\s*v?\d+\.\d|<|=?\s*v?\d+\.\d)/.test(part))
  return hasEnd
    ? judge.pass(`version ${text}`, version)
    : judge.fail(`version ${text} has no upper end`, version)
}

/** What lies in the same folder has no version. */
function judgeModule(resource: Resource): Verdict {
  const source = attributeOf(resource, 'source')
  if (source === undefined) return judge.unknown('where it comes from is not known')
  if (!source.known) return judge.unknown(`source ${source.why}`, source)
  const text = textOf(source.value)
  if (/^\.{1,2}\//.test(text)) return judge.notApplicable('it is of this repository', source)
  const version = attributeOf(resource, 'version')
  if (version !== undefined) return judgeVersion(version)
  return /[?&]ref=[^&]+/.test(text)
    ? judge.pass('it has a ref', source)
    : judge.fail(`${text.slice(0, 120)} has neither version nor ref`, source)
}
