/** The state of Terraform is kept away from laptops: remote, encrypted and locked. */
import { attributeOf, childrenOf, knownValueOf, type Evidence, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { inModule, ofType } from '../read/terraform.ts'
import { textOf } from '../text.ts'
import { isTrue, judgeBy, worstOf } from '../verdict.ts'

const judge = judgeBy(
  'a remote backend that encrypts and locks the state',
  'use backend "s3" with encrypt = true and use_lockfile = true',
)

/** Backends that encrypt and lock without being asked, by their label. */
const keepers: Readonly<Record<string, string>> = {
  gcs: 'Google Cloud Storage encrypts and locks',
  azurerm: 'Azure Storage encrypts and locks',
  remote: 'HCP Terraform keeps the state',
}

export const control: Control = {
  id: 'SEC-10',
  sources: ['terraform'],
  page: {
    why: 'The state holds every secret Terraform ever saw, in clear; without a lock two runs at once destroy it.',
    good: [
      {
        file: 'main.tf',
        text: `terraform {
  backend "s3" {
    bucket       = "campus-terraform-state"
    key          = "production.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}
provider "aws" {}
`,
      },
    ],
    bad: [{ file: 'main.tf', text: 'terraform {\n  required_version = ">= 1.10"\n}\nprovider "aws" {}\n' }],
  },
  applies: ofType('terraform'),
  check: judgeState,
}

function judgeState(resource: Resource, evidence: Evidence): Verdict {
  const whole = attributeOf(resource, '')
  if (whole?.known === false) return judge.unknown(whole.why)
  if (attributeOf(resource, 'cloud') !== undefined) return judge.pass('HCP Terraform keeps the state')
  const [path] = childrenOf(resource, 'backend')
  if (path === undefined) return judgeWithout(resource, evidence)
  const at = attributeOf(resource, path)
  const label = knownValueOf(resource, `${path}.label`)
  const keeper = keepers[textOf(label)]
  if (keeper !== undefined) return judge.pass(keeper, at)
  if (label === 'local') return judge.fail('the state lies where Terraform runs', at)
  return label === 's3'
    ? judgeS3(resource, path)
    : judge.unknown('the backend is not one this control knows', at)
}

/** One block of a module names the backend for all of them. */
function judgeWithout(resource: Resource, evidence: Evidence): Verdict {
  const others = inModule(evidence, resource, 'terraform').filter((each) => each !== resource)
  const isElsewhere = others.some(
    (each) => attributeOf(each, 'backend') !== undefined || attributeOf(each, 'cloud') !== undefined,
  )
  if (isElsewhere) return judge.notApplicable('another block names the backend')
  return inModule(evidence, resource, 'provider').length === 0
    ? judge.notApplicable('a module without a provider has no state of its own')
    : judge.fail('no backend: the state lies where Terraform runs')
}

function judgeS3(resource: Resource, path: string): Verdict {
  const at = attributeOf(resource, path)
  if (attributeOf(resource, `${path}.bucket`) === undefined)
    return judge.unknown('what the backend lacks is given when Terraform starts', at)
  const encrypt = attributeOf(resource, `${path}.encrypt`)
  const locks = [`${path}.use_lockfile`, `${path}.dynamodb_table`].map((each) => attributeOf(resource, each))
  const isLocked = locks.some(
    (lock) => lock?.known === true && lock.value !== false && lock.value !== 'false',
  )
  const hidden = locks.find((lock) => lock?.known === false)
  const encryption =
    encrypt?.known === false
      ? judge.unknown('encrypt is not known', encrypt)
      : encrypt !== undefined && isTrue(encrypt.value)
        ? judge.pass('the state is encrypted and locked', at)
        : {
            ...judge.fail('encrypt is not true', encrypt ?? at),
            mend: [{ set: `${path}.encrypt`, to: true }],
          }
  const lock = isLocked
    ? judge.pass('it is locked', at)
    : hidden === undefined
      ? { ...judge.fail('nothing locks the state', at), mend: [{ set: `${path}.use_lockfile`, to: true }] }
      : judge.unknown('whether it is locked is not known', hidden)
  return worstOf([encryption, lock], encryption)
}
