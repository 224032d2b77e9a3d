/** Files of waivers: one resource `waiver` each, with what is written and `days` between `granted` and `expires`. */
import type { Position } from '../../evidence.ts'
import { readYamlDocuments } from '../compose/document.ts'
import type { FileReader } from '../file-reader.ts'
import type { FileBytes } from '../module/source.ts'
import { entryOf, itemsOf, plainText, resourceFrom, withEntries } from '../shapes/values.ts'
import type { Gathered } from '../terraform.ts'
import { valueOfJson, type Value } from '../value.ts'

export const waiverReader: FileReader = {
  kind: 'repository',
  path: /(?:^|\/)[\w.-]*waivers?\.ya?ml$/i,
  recognises: (text) => /^waivers[ \t]*:/m.test(text),
  read: gatherWaivers,
}

const dayMillis = 86_400_000

/** Reads one file; never throws. */
function gatherWaivers({ file, bytes }: FileBytes): Gathered {
  const { roots, faults } = readYamlDocuments(file, Buffer.from(bytes).toString('utf8'))
  const top: Position = { file, startLine: 1, endLine: 1 }
  const resources = itemsOf(entryOf(roots[0], 'waivers')).map((waiver, index) => {
    const days = daysBetween(entryOf(waiver, 'granted'), entryOf(waiver, 'expires'))
    const name = [plainText(entryOf(waiver, 'control')) ?? '', index].join('.')
    const value = withEntries(waiver, { days: valueOfJson(days ?? null) })
    return resourceFrom({ kind: 'repository', type: 'waiver', name, address: `waiver.${name}` }, value, top)
  })
  return { resources, faults }
}

function daysBetween(from: Value | undefined, to: Value | undefined): number | undefined {
  const [start, end] = [from, to].map((each) => Date.parse(plainText(each) ?? ''))
  if (start === undefined || end === undefined || Number.isNaN(start) || Number.isNaN(end)) return undefined
  return Math.round((end - start) / dayMillis)
}
