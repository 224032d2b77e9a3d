/** Editors of maps: attributes, resource attributes, map bodies. */
import type { Attribute } from '../../process/model.ts'
import { copyValue, findAttribute, putAttribute, removeAttributes } from '../../process/value.ts'
import type { CallArguments } from '../arguments.ts'
import type { Item } from '../item.ts'
import type { Getter } from '../path.ts'
import type { FunctionDefinition } from './function.ts'

export const mapEditors: readonly FunctionDefinition[] = [
  {
    name: 'delete_key',
    parameters: ['target', 'key'],
    summary: 'Removes a key from a map.',
    create: (call) => {
      const key = call.text('key')
      return change(call, (entries, item) => {
        const removed = key(item)
        removeAttributes(entries, (entry) => entry.key === removed)
      })
    },
  },
  {
    name: 'delete_matching_keys',
    parameters: ['target', 'pattern'],
    summary: 'Removes the keys that match a regular expression.',
    create: (call) => {
      const pattern = call.pattern('pattern')
      return change(call, (entries) => removeAttributes(entries, ({ key }) => pattern.test(key)))
    },
  },
  {
    name: 'keep_keys',
    parameters: ['target', 'keys'],
    summary: 'Removes all keys but the listed ones.',
    create: (call) => {
      const keys = new Set(call.literalTexts('keys'))
      return change(call, (entries) => removeAttributes(entries, ({ key }) => !keys.has(key)))
    },
  },
  {
    name: 'keep_matching_keys',
    parameters: ['target', 'pattern'],
    summary: 'Removes the keys that do not match a regular expression.',
    create: (call) => {
      const pattern = call.pattern('pattern')
      return change(call, (entries) => removeAttributes(entries, ({ key }) => !pattern.test(key)))
    },
  },
  {
    name: 'limit',
    parameters: ['target', 'limit', 'priority_keys'],
    summary: 'Removes keys beyond a number, the priority keys last.',
    create: createLimit,
  },
  {
    name: 'merge_maps',
    parameters: ['target', 'source', 'strategy'],
    summary: 'Puts the keys of one map into another: `insert`, `update` or `upsert`.',
    create: createMerge,
  },
  {
    name: 'truncate_all',
    parameters: ['target', 'limit'],
    summary: 'Cuts every text of a map to a number of bytes, between characters.',
    create: (call) => {
      const limit = call.literalSize('limit')
      return change(call, (entries) => {
        for (const entry of entries)
          if (typeof entry.value === 'string') entry.value = cut(entry.value, limit)
      })
    },
  },
]

/** Changes a map in place, which is why an empty target is no map but an error. */
function change(call: CallArguments, apply: (entries: Attribute[], item: Item) => void): Getter {
  call.target('target')
  const entries = call.map('target')
  return (item) => {
    apply(entries(item), item)
    return undefined
  }
}

function createLimit(call: CallArguments): Getter {
  const limit = call.literalSize('limit')
  const priority = new Set(call.literalTexts('priority_keys'))
  if (priority.size > limit)
    throw call.refusal('priority_keys', `found ${priority.size} priority keys, expected at most the limit`)
  return change(call, (entries) => {
    if (entries.length <= limit) return
    let kept = entries.filter(({ key }) => priority.has(key)).length
    removeAttributes(entries, ({ key }) => !priority.has(key) && ++kept > limit)
  })
}

function createMerge(call: CallArguments): Getter {
  const strategy = call.literalText('strategy')
  if (!['insert', 'update', 'upsert'].includes(strategy))
    throw call.refusal('strategy', 'expected insert, update or upsert')
  const source = call.map('source')
  return change(call, (entries, item) => {
    for (const { key, value } of source(item)) {
      const exists = findAttribute(entries, key) !== undefined
      if (exists ? strategy !== 'insert' : strategy !== 'update') putAttribute(entries, key, copyValue(value))
    }
  })
}

function cut(text: string, limit: number): string {
  const bytes = Buffer.from(text)
  if (bytes.length <= limit) return text
  let end = limit
  // Bytes 10xxxxxx continue a character.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return bytes.toString('utf8', 0, end)
}
