/**
 * Settings of hosts in a repository: `daemon.json` of Docker, systemd's unit and drop-ins for it, and cloud-init files
 * that write either. Kind `repository`; type `docker_daemon` has the keys of `daemon.json`, type `docker_unit` has
 * `command` (the words of the last `ExecStart`).
 */
import type { Position, Resource } from '../../evidence.ts'
import { readYamlDocuments } from '../compose/document.ts'
import type { FileReader } from '../file-reader.ts'
import type { FileBytes } from '../module/source.ts'
import { commandsOf } from '../shell/script.ts'
import type { Gathered } from '../terraform.ts'
import { flatten, type Value } from '../value.ts'

const daemonPath = /(?:^|\/)daemon\.json$/
const unitPath = /(?:^|\/)docker\.(?:service|socket)(?:\.d\/[^/]+\.conf)?$/

export const hostReaders: readonly FileReader[] = [
  { kind: 'repository', path: daemonPath, read: ({ file, bytes }) => daemonOf(file, textOf(bytes)) },
  { kind: 'repository', path: unitPath, read: ({ file, bytes }) => unitOf(textOf(bytes), topOf(file)) },
  {
    kind: 'repository',
    path: /(?:^|\/)(?:cloud-(?:init|config)|user-?data)[^/]*$|\.ya?ml(?:\.tf?tpl)?$|\.cfg$/i,
    recognises: (text) => text.startsWith('#cloud-config'),
    read: gatherCloudInit,
  },
]

function daemonOf(file: string, text: string): Gathered {
  const { roots, faults } = readYamlDocuments(file, text)
  return { resources: roots.map((root) => daemonResource(root, topOf(file))), faults }
}

function daemonResource(root: Value, around: Position): Resource {
  const position = root.at ?? around
  const value: Value = root.kind === 'map' ? root : { kind: 'unknown', why: 'is no JSON object' }
  return {
    kind: 'repository',
    type: 'docker_daemon',
    name: 'daemon',
    address: 'docker_daemon.daemon',
    position,
    attributes: flatten(value, position),
  }
}

/** The last `ExecStart` counts; an empty one only takes away the one before. */
function unitOf(text: string, position: Position): Gathered {
  const line = [...text.matchAll(/^ExecStart=[ \t]*((?:[^\n\\]|\\.|\\\n)*)$/gm)].at(-1)?.[1]
  const listens = [...text.matchAll(/^ListenStream=[ \t]*(.*)$/gm)].map(([, stream = '']) => stream)
  const words = line === undefined ? [] : (commandsOf(line)[0]?.words ?? [])
  if (words.length === 0 && listens.length === 0) return { resources: [], faults: [] }
  const entries = new Map([
    ['command', texts(words)],
    ['listen', texts(listens)],
  ])
  const resource: Resource = {
    kind: 'repository',
    type: 'docker_unit',
    name: 'docker',
    address: 'docker_unit.docker',
    position,
    attributes: flatten({ kind: 'map', entries }, position),
  }
  return { resources: [resource], faults: [] }
}

/** What a cloud-init file writes into the machine it starts. */
function gatherCloudInit({ file, bytes }: FileBytes): Gathered {
  const { roots, faults } = readYamlDocuments(file, textOf(bytes))
  const [root] = roots
  const files = root?.kind === 'map' ? root.entries.get('write_files') : undefined
  if (files?.kind !== 'list') return { resources: [], faults }
  const resources = files.items.flatMap((item) => {
    if (item.kind !== 'map') return []
    const path = item.entries.get('path')
    const content = item.entries.get('content')
    if (path?.kind !== 'plain' || content?.kind !== 'plain') return []
    const at = item.at ?? topOf(file)
    return writtenFile(String(path.value), String(content.value), at)
  })
  return { resources, faults }
}

function writtenFile(path: string, content: string, at: Position): readonly Resource[] {
  if (unitPath.test(path)) return unitOf(content, at).resources
  if (!daemonPath.test(path)) return []
  const { roots, faults } = readYamlDocuments(at.file, content)
  const torn: Value = { kind: 'unknown', why: 'is no JSON' }
  // Lines inside the text are not those of the file: the place of the entry counts.
  const values = faults.length > 0 ? [torn] : roots.map((root): Value => ({ ...root, at, isForeign: true }))
  return values.map((value) => daemonResource(value, at))
}

function texts(items: readonly string[]): Value {
  return { kind: 'list', items: items.map((value) => ({ kind: 'plain', value })) }
}

function topOf(file: string): Position {
  return { file, startLine: 1, endLine: 1 }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8')
}
