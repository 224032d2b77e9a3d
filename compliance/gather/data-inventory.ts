/**
 * The inventory of data about people, `data-inventory.yaml`: one resource `data_inventory_entry` for each entry of
 * `stores`, with what is written in it. Whoever wrote the repository controls the file.
 */
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { FileReader } from './file-reader.ts'
import type { Resource } from '../evidence.ts'
import type { Gathered } from './terraform.ts'
import { flatten, type Value, valueOfJson } from './value.ts'

const path = /(?:^|\/)data[-_]inventory\.ya?ml$/i
const entryLimit = 5_000

export const dataInventoryReader: FileReader = {
  kind: 'repository',
  path,
  read: ({ file, bytes }) => gatherInventory(file, new TextDecoder().decode(bytes)),
}

function gatherInventory(file: string, text: string): Gathered {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const lineAt = (offset: number | undefined) => (offset === undefined ? 1 : lines.linePos(offset).line)
  const faultAt = (message: string, offset?: number): Gathered => {
    const line = lineAt(offset)
    return {
      resources: [],
      faults: [
        { code: 'GATHER_SYNTAX', message, file, startLine: line, endLine: line, hides: ['repository'] },
      ],
    }
  }
  const [error] = document.errors
  if (error !== undefined) return faultAt(error.code.toLowerCase().replaceAll('_', ' '), error.pos[0])
  const stores = isMap(document.contents) ? document.contents.get('stores') : undefined
  if (!isSeq(stores)) return faultAt('expected a list named stores')
  const resources = stores.items.slice(0, entryLimit).map((item, index) => {
    const [from, to] = isMap(item) || isScalar(item) || isSeq(item) ? (item.range ?? []) : []
    const position = {
      file,
      startLine: lineAt(from),
      endLine: lineAt(to === undefined ? from : Math.max(from ?? 0, to - 1)),
    }
    const value: Value = isMap(item)
      ? valueOfJson(item.toJS(document, { maxAliasCount: 0 }))
      : { kind: 'unknown', why: 'is no entry with names and values' }
    const written = isMap(item) ? item.get('store') : undefined
    const name = typeof written === 'string' ? written : String(index)
    return {
      kind: 'repository' as const,
      type: 'data_inventory_entry',
      name,
      address: `data.${name}`,
      position,
      attributes: flatten(value, position),
    }
  })
  const count = stores.items.length
  return count > entryLimit ? cut(resources, count, file) : { resources, faults: [] }
}

/** Says that there are more entries than were read, by an entry that stands for them and a fault. */
function cut(resources: readonly Resource[], count: number, file: string): Gathered {
  const position = { file, startLine: 1, endLine: 1 }
  const message = `found ${count} entries, expected at most ${entryLimit}`
  const rest: Resource = {
    kind: 'repository',
    type: 'data_inventory_entry',
    name: '*',
    address: 'data.*',
    position,
    attributes: flatten({ kind: 'unknown', why: `is one of ${count} entries` }, position),
  }
  return {
    resources: [...resources, rest],
    faults: [{ code: 'GATHER_TOO_MANY', message, ...position, hides: ['repository'] }],
  }
}
