/** Documents that items ask for by name: plans for incidents, registers of risks. One resource `file` each; nobody reads them. */
import type { FileReader } from '../file-reader.ts'
import type { FileBytes } from '../module/source.ts'
import { resourceFrom } from '../shapes/values.ts'
import type { Gathered } from '../terraform.ts'
import { valueOfJson } from '../value.ts'

export const documentReader: FileReader = {
  kind: 'repository',
  path: /(?:^|\/)(?:incident[-_ ]?(?:response|management)[\w -]*\.(?:md|adoc|rst|txt)|(?:poa-?m|plan-of-action|risk-register)[\w.-]*\.(?:json|ya?ml|md|csv))$/i,
  read: gatherDocument,
}

/** Notes that a document is there, and whether anything stands in it. */
function gatherDocument({ file, bytes }: FileBytes): Gathered {
  const top = { file, startLine: 1, endLine: 1 }
  const value = valueOfJson({ name: file, present: bytes.some((byte) => byte > 32) })
  const identity = { kind: 'repository', type: 'file', name: file, address: `document.${file}` } as const
  return { resources: [resourceFrom(identity, value, top)], faults: [] }
}
