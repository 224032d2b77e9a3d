/** What a case of a control is: a source, and what the control must say of it. */
import { gatherCompose } from '../../../compliance/gather/compose/compose.ts'
import { gatherDockerfile } from '../../../compliance/gather/dockerfile.ts'
import { gatherTerraform } from '../../../compliance/gather/terraform.ts'
import { flatten, valueOfJson, type Value } from '../../../compliance/gather/value.ts'
import type { FileReader } from '../../../compliance/gather/file-reader.ts'
import type { Evidence, Resource, ResourceKind } from '../../../compliance/evidence.ts'

export interface Cases {
  readonly pass: readonly Source[]
  readonly fail: readonly Source[]
  readonly unknown: readonly Source[]
  readonly notApplicable: readonly Source[]
}

export type Source = () => readonly Resource[]

const bytes = (text: string) => new TextEncoder().encode(text)

/** Resources of a Terraform module of one file. */
export function tf(text: string): Source {
  return () => gathered(gatherTerraform([{ file: 'main.tf', bytes: bytes(text) }]))
}

/** Resources of a Terraform root and its modules, by file. */
export function modules(files: Readonly<Record<string, string>>): Source {
  const inputs = Object.entries(files).map(([name, text]) => ({ file: name, bytes: bytes(text) }))
  return () => gathered(gatherTerraform(inputs))
}

/** Resources of a Compose file with one service `app`, its lines given, and what stands beside it. */
export function service(lines: string, beside = ''): Source {
  return compose(`services:\n  app:\n${indent(lines, 4)}\n${beside}`)
}

/** Resources of a Compose file. */
export function compose(text: string): Source {
  return () => gathered(gatherCompose({ file: 'docker-compose.yml', bytes: bytes(text) }))
}

/** Resources of a Dockerfile. */
export function dockerfile(text: string): Source {
  return () => gathered(gatherDockerfile({ file: 'Dockerfile', bytes: bytes(text) }))
}

/** What a reader of single files finds in a file. */
export function file(reader: FileReader, path: string, text: string): Source {
  const files = { paths: [path], textOf: (asked: string) => (asked === path ? text : undefined) }
  return () => gathered(reader.read({ file: path, bytes: bytes(text) }, files))
}

/** One resource of an ECS task definition with one container, its fields in HCL. */
export function task(container: string, beside = ''): Source {
  return tf(
    `resource "aws_ecs_task_definition" "app" {\n${beside}\n  container_definitions = jsonencode([{ name = "app"\n${container} }])\n}`,
  )
}

/** One live resource; a `why` in place of its attributes says that nothing is known of it. */
export function live(
  kind: ResourceKind,
  type: string,
  attributes: Readonly<Record<string, unknown>> | string,
): Source {
  const position = { file: `${kind}:test`, startLine: 1, endLine: 1 }
  const value: Value =
    typeof attributes === 'string' ? { kind: 'unknown', why: attributes } : valueOfJson(attributes)
  return () => [
    { kind, type, name: 'test', address: `${type}.test`, position, attributes: flatten(value, position) },
  ]
}

/** Puts resources of several sources together. */
export function together(...sources: readonly Source[]): Source {
  return () => sources.flatMap((source) => source())
}

/** The same live resource under another name. */
export function named(name: string, source: Source): Source {
  return () => source().map((each) => ({ ...each, name, address: `${each.type}.${name}` }))
}

/** Evidence without faults. */
export function evidenceOf(resources: readonly Resource[]): Evidence {
  return { resources, faults: [], sources: ['test'] }
}

function gathered({ resources, faults }: { resources: readonly Resource[]; faults: readonly object[] }) {
  if (faults.length > 0) throw new Error(`the case has faults: ${JSON.stringify(faults)}`)
  return resources
}

function indent(text: string, by: number): string {
  return text
    .trim()
    .split('\n')
    .map((line) => ' '.repeat(by) + line)
    .join('\n')
}
