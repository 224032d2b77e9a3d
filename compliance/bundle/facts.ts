/** Evidence as JSON and back, secrets hidden: whoever reads a bundle may judge again and learns no password. */
import { isHarmless, isSecretName } from '../controls/read/secret-shapes.ts'
import { lastSegmentOf, type Attribute, type Evidence, type Json, type Resource } from '../evidence.ts'
import { hidden, holdsLiteral, knownSecrets, redactLines } from '../report/redact.ts'

type Facts = Omit<Evidence, 'files' | 'resources'> & {
  readonly resources: readonly (Omit<Resource, 'attributes'> & {
    readonly attributes: Readonly<Record<string, Attribute>>
  })[]
}

/** Hides what is secret; a verdict that rests on a secret's value may come out otherwise. */
export function withoutSecrets(evidence: Evidence): Evidence {
  const known = knownSecrets(evidence)
  const hide = kept((text) => redactLines(text.split('\n'), { known, isStrict: false }).join('\n'))
  const numbers = new Map<string, number>()
  const identify = (identity: string) => hide(withoutTexts(identity, numbers))
  const resources = evidence.resources.map((resource) => ({
    ...resource,
    attributes: new Map(
      [...resource.attributes].map(([path, each]) => [path, hideAttribute(path, each, { hide, identify })]),
    ),
    ...(resource.madeIf === undefined ? {} : { madeIf: resource.madeIf.map(identify) }),
  }))
  const { files: _, ...rest } = evidence
  return { ...rest, resources }
}

type Hide = (text: string) => string

/** Remembers the answers: the same texts stand in many places. */
function kept(hide: Hide): Hide {
  const answers = new Map<string, string>()
  return (text) => {
    const answer = answers.get(text) ?? hide(text)
    answers.set(text, answer)
    return answer
  }
}

const address = /^[\w-]+(?:\.(?:[\w-]+|\*)|\[(?:\d+|\*|"[^"\\]*")\])*$/
const ofCloud = /\b(?:data\.)?(?:aws|google)_\w+\.[\w-]+(?:\.\w+)?/g

/**
 * An identity that is more than an address is made of texts, secret ones too: a number stands for it, the same for the
 * same, with the addresses in it that are those of a cloud.
 */
function withoutTexts(identity: string, numbers: Map<string, number>): string {
  if (address.test(identity)) return identity
  const number = numbers.get(identity) ?? numbers.size
  numbers.set(identity, number)
  return [`#${number}`, ...(identity.match(ofCloud) ?? [])].join(' ')
}

interface Hiding {
  readonly hide: Hide
  readonly identify: Hide
}

function hideAttribute(path: string, attribute: Attribute, { hide, identify }: Hiding): Attribute {
  const name = lastSegmentOf(path)
  const isSecret = attribute.isSensitive === true || (!attribute.known && isSecretName(name))
  const { expression, identity, trace } = attribute
  const texts = {
    ...(expression === undefined
      ? {}
      : { expression: isSecret && holdsLiteral(expression) ? hidden : hide(expression) }),
    ...(identity === undefined ? {} : { identity: identify(identity) }),
    ...(trace === undefined ? {} : { trace: trace.map(hide) }),
  }
  if (!attribute.known) return { ...attribute, ...texts, why: hide(attribute.why) }
  if (attribute.isSensitive === true)
    return { ...attribute, ...texts, value: attribute.value === null ? null : hidden }
  return { ...attribute, ...texts, value: hideValue(name, attribute.value, hide) }
}

function hideValue(name: string, value: Json, hide: Hide): Json {
  if (typeof value === 'string') {
    return isSecretName(name) && value !== '' && !isHarmless(name, value) ? hidden : hide(value)
  }
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((each: Json) => hideValue(name, each, hide))
  const entries = Object.entries(value as Readonly<Record<string, Json>>)
  const pair = entries.find(([key]) => key === 'name')?.[1]
  return Object.fromEntries(
    entries.map(([key, each]) => [
      key,
      hideValue(key === 'value' && typeof pair === 'string' ? pair : key, each, hide),
    ]),
  )
}

/** True for a resource of which something was hidden. */
export function holdsHidden({ attributes }: Resource): boolean {
  return [...attributes.values()].some((each) => JSON.stringify(each).includes(hidden))
}

/** Writes evidence as JSON. */
export function writeFacts({ resources, faults, sources, parameters, ground }: Evidence): string {
  const facts: Facts = {
    resources: resources.map((resource) => ({
      ...resource,
      attributes: Object.fromEntries(resource.attributes),
    })),
    faults,
    sources,
    ...(parameters === undefined ? {} : { parameters }),
    ...(ground === undefined ? {} : { ground }),
  }
  return JSON.stringify(facts)
}

/** Reads what `writeFacts` wrote; its hash was checked before, so it is what the maker of the bundle wrote. */
export function readFacts(text: string): Evidence {
  const facts = JSON.parse(text) as Facts
  return {
    ...facts,
    resources: facts.resources.map((resource) => ({
      ...resource,
      attributes: new Map(Object.entries(resource.attributes)),
    })),
  }
}
