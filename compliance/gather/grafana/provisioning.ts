/** Data sources that Grafana is given: one resource `datasource` each, with what is written. */
import type { Position } from '../../evidence.ts'
import { readYamlDocuments } from '../compose/document.ts'
import type { FileReader } from '../file-reader.ts'
import type { FileBytes } from '../module/source.ts'
import { entryOf, itemsOf, plainText, resourceFrom } from '../shapes/values.ts'
import type { Gathered } from '../terraform.ts'

export const datasourceReader: FileReader = {
  kind: 'grafana',
  path: /\.ya?ml$/i,
  recognises: (text) => /^apiVersion[ \t]*:[ \t]*1\b/m.test(text) && /^datasources[ \t]*:/m.test(text),
  read: gatherDatasources,
}

/** Reads one file of data sources; never throws. */
function gatherDatasources({ file, bytes }: FileBytes): Gathered {
  const { roots, faults } = readYamlDocuments(file, Buffer.from(bytes).toString('utf8'))
  const top: Position = { file, startLine: 1, endLine: 1 }
  const resources = roots.flatMap((root) =>
    itemsOf(entryOf(root, 'datasources')).map((source) => {
      const name = plainText(entryOf(source, 'name')) ?? ''
      const address = `datasource.${name}`
      return resourceFrom({ kind: 'grafana', type: 'datasource', name, address }, source, top)
    }),
  )
  return { resources, faults }
}
