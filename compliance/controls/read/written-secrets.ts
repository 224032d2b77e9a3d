/** Secrets in Terraform of any type: what an attribute is called says whether its value is one. */
import { knownValueOf, lastSegmentOf, type Attribute, type Resource } from '../../evidence.ts'
import { textOf } from '../text.ts'
import { oncePerText } from './once.ts'
import { isSecretName, wordsOf } from './secret-shapes.ts'

/** Path of a value, and the name it stands under. */
export type NamedPath = readonly [path: string, name: string]

/** What every name of a secret, or of what holds variables, has in it: looked for first, as a stack has a million names. */
const hint = /pass|token|secret|key|env/i
/** No name anybody gives is longer; patterns take the square of it. */
const pathLimit = 300
/** Names said of passwords and keys in every type; `secret` or `auth` alone mostly name where one is kept. */
const strict =
  /^(?:.*_)?(?:\w*password|passwd|passphrase|apikey|secret_(?:data|string)|(?:client|shared)_secret|(?:api|private|access|signing|shared|secret|ssh)_key|token)$/
/** Tokens that make a request the same request, or go on with a list. */
const notSecret = /(?:^|_)(?:creation|client|request|idempotency|next|continuation|page|sas)_token$/

/** Variables of processes, by name: `environment_variables.X`, and blocks with a name and a value. */
const inMap = /(?:^|\.)(?:\w*environment_variables|environment\.\d+\.variables|env_vars?)\.[^.]+$/
const inBlock = /(?:^|\.)(?:env|environment|environment_variables?|set|set_sensitive|setting)\.\d+\.value$/

const none: readonly NamedPath[] = []

/** Lists the places of a resource of Terraform that hold a secret by their name, in order. */
export function namedSecrets(resource: Resource): readonly NamedPath[] {
  let places = none
  for (const path of resource.attributes.keys()) {
    const name = path.endsWith('.value') ? blockName(resource, path) : nameOf(path)
    if (name !== undefined && mayBeText(resource.attributes.get(path))) places = [...places, [path, name]]
  }
  return places
}

function blockName(resource: Resource, path: string): string | undefined {
  if (!inBlock.test(path)) return undefined
  const block = path.slice(0, -'.value'.length)
  const name = textOf(knownValueOf(resource, `${block}.name`) ?? knownValueOf(resource, `${block}.key`))
  return variableName(name)
}

function variableName(name: string): string | undefined {
  return isSecretName(name) ? name : undefined
}

const nameOf = oncePerText((path): string | undefined => {
  if (!hint.test(path) || path.length > pathLimit) return undefined
  const name = lastSegmentOf(path)
  if (inMap.test(path)) return variableName(name)
  if (/(?:^|\.)(?:tags|tags_all|labels)\./.test(path)) return undefined
  const words = wordsOf(name).join('_')
  if (!strict.test(words) || notSecret.test(words)) return undefined
  return isSecretName(name) ? name : 'secret'
})

/** A switch such as `allow_users_to_change_password` is no value, nor is a block. */
function mayBeText(attribute: Attribute | undefined): boolean {
  if (attribute?.known !== true) return true
  return attribute.value === null || typeof attribute.value === 'string' ? !isSwitch(attribute.value) : false
}

function isSwitch(value: string | null): boolean {
  return value === 'true' || value === 'false'
}

const managers = String.raw`random_password|data\.aws_secretsmanager_secret_version|data\.aws_ssm_parameter|data\.google_secret_manager_secret_version|ephemeral`
const managed = new RegExp(
  String.raw`^(?:\$\{)?(?:jsondecode\()?(?:${managers})\.[\w.[\]"-]{1,200}\)?[\w.[\]"-]{0,200}\}?$`,
)

/** True for a value that a secret manager or a random resource makes when it is applied. */
export function isManaged(expression: string | undefined): boolean {
  return managed.test(expression ?? '')
}

/** True for what Terraform takes out of another resource: whatever it is, it is not written in this place. */
export function isTakenFrom({ why }: { readonly why: string }): boolean {
  return /^refers to (?:module\.\S{1,100}?\.)?(?:data\.)?[a-z][a-z\d]{0,40}_\w{1,100}\./.test(why)
}
