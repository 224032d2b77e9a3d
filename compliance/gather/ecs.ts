/**
 * Task definitions of ECS in JSON, as `aws ecs register-task-definition --cli-input-json` takes them. Attributes are
 * those of Terraform's `aws_ecs_task_definition`, so that a control reads both alike.
 */
import type { Resource } from '../evidence.ts'
import { readYamlDocuments } from './compose/document.ts'
import type { FileReader } from './file-reader.ts'
import type { FileBytes } from './module/source.ts'
import type { Gathered } from './terraform.ts'
import { flatten, type Value } from './value.ts'

type MapValue = Value & { kind: 'map' }

export const ecsReader: FileReader = {
  kind: 'ecs',
  path: /(?:^|\/)[^/]*(?:task|ecs|containers?)[^/]*\.json$|(?:^|\/)\.?(?:ecs|aws)\/[^/]*\.json$/i,
  recognises: (text) => text.includes('"containerDefinitions"'),
  read: gatherTaskDefinition,
}

/** Reads one file; never throws. `describe-task-definition` wraps the definition in an object of its own. */
export function gatherTaskDefinition({ file, bytes }: FileBytes): Gathered {
  // JSON is YAML, and this way every value has its line.
  const { roots, faults } = readYamlDocuments(file, Buffer.from(bytes).toString('utf8'))
  const resources = roots.flatMap((root): Resource[] => {
    const whole = root.kind === 'map' ? (root.entries.get('taskDefinition') ?? root) : undefined
    if (whole?.kind !== 'map' || !whole.entries.has('containerDefinitions')) return []
    const family = whole.entries.get('family')
    const name = family?.kind === 'plain' ? String(family.value) : 'task'
    const position = whole.at ?? { file, startLine: 1, endLine: 1 }
    const attributes = flatten(asTerraform(whole), position)
    return [
      {
        kind: 'ecs',
        type: 'task_definition',
        name,
        address: `task_definition.${name}`,
        position,
        attributes,
      },
    ]
  })
  return { resources, faults }
}

/** `networkMode` becomes `network_mode`; what stands inside the containers is JSON for Terraform too. */
function asTerraform(definition: MapValue): MapValue {
  const entries = new Map<string, Value>()
  for (const [key, value] of definition.entries) {
    if (key === 'containerDefinitions') entries.set('container_definitions', withoutNulls(value))
    else if (key === 'volumes') entries.set('volume', volumesOf(value))
    else if (!isNull(value)) entries.set(snakeCase(key), value)
  }
  return { ...definition, entries }
}

function volumesOf(value: Value): Value {
  if (value.kind !== 'list') return value
  const items = value.items.map((item): Value => {
    const host = item.kind === 'map' ? item.entries.get('host') : undefined
    const source = host?.kind === 'map' ? host.entries.get('sourcePath') : undefined
    if (item.kind !== 'map' || source === undefined) return item
    return { ...item, entries: new Map([...item.entries, ['host_path', source]]) }
  })
  return { ...value, items }
}

/** `describe-task-definition` writes what nobody set as null. */
function withoutNulls(value: Value): Value {
  if (value.kind !== 'list') return value
  const items = value.items.map((item): Value => {
    if (item.kind !== 'map') return item
    return { ...item, entries: new Map([...item.entries].filter(([, entry]) => !isNull(entry))) }
  })
  return { ...value, items }
}

function isNull(value: Value): boolean {
  return value.kind === 'plain' && value.value === null
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
