/** Evidence as JSON and back, secrets hidden: whoever reads a bundle may judge again and learns no password. */
import { isHarmless, isSecretName } from '../controls/read/secret-shapes.ts'
import { lastSegmentOf, type Attribute, type Evidence, type Json, type Resource } from '../evidence.ts'
import { knownSecrets, redactLines } from '../report/redact.ts'

type Facts = Omit<Evidence, 'files' | 'resources'> & {
  readonly resources: readonly (Omit<Resource, 'attributes'> & {
    readonly attributes: Readonly<Record<string, Attribute>>
  })[]
}

const hidden = '[hidden]'

/** Hides what is secret; a verdict that rests on a secret's value may come out otherwise. */
export function withoutSecrets(evidence: Evidence): Evidence {
  const known = knownSecrets(evidence)
  const hide = (text: string) => redactLines(text.split('\n'), { known, isStrict: false }).join('\n')
  const resources = evidence.resources.map((resource) => ({
    ...resource,
    attributes: new Map(
      [...resource.attributes].map(([path, each]) => [path, hideAttribute(path, each, hide)]),
    ),
  }))
  const { files: _, ...rest } = evidence
  return { ...rest, resources }
}

type Hide = (text: string) => string

function hideAttribute(path: string, attribute: Attribute, hide: Hide): Attribute {
  const expression = attribute.expression === undefined ? {} : { expression: hide(attribute.expression) }
  if (!attribute.known) return { ...attribute, ...expression, why: hide(attribute.why) }
  if (attribute.isSensitive === true)
    return { ...attribute, ...expression, value: attribute.value === null ? null : hidden }
  return { ...attribute, ...expression, value: hideValue(lastSegmentOf(path), attribute.value, hide) }
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
export function writeFacts({ resources, faults, sources, parameters }: Evidence): string {
  const facts: Facts = {
    resources: resources.map((resource) => ({
      ...resource,
      attributes: Object.fromEntries(resource.attributes),
    })),
    faults,
    sources,
    ...(parameters === undefined ? {} : { parameters }),
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
