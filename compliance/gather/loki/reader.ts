/** The configuration of Loki as one resource `loki` beside the services of a Compose project, with what is written. */
import { readYamlDocuments } from '../compose/document.ts'
import type { FileReader } from '../file-reader.ts'
import type { FileBytes } from '../module/source.ts'
import { fileNameOf, resourceFrom } from '../shapes/values.ts'
import type { Gathered } from '../terraform.ts'

export const lokiReader: FileReader = {
  kind: 'compose',
  path: /\.ya?ml$/i,
  recognises: (text) =>
    /^schema_config[ \t]*:/m.test(text) && /^(?:limits_config|ingester|compactor|common)[ \t]*:/m.test(text),
  read: gatherLoki,
}

/** Reads one configuration; never throws. */
function gatherLoki({ file, bytes }: FileBytes): Gathered {
  const { roots, faults } = readYamlDocuments(file, Buffer.from(bytes).toString('utf8'))
  const top = { file, startLine: 1, endLine: 1 }
  const resources = roots
    .slice(0, 1)
    .map((root) =>
      resourceFrom(
        { kind: 'compose', type: 'loki', name: fileNameOf(file), address: 'loki' },
        { ...root, at: top },
        top,
      ),
    )
  return { resources, faults }
}
