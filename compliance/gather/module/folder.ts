/** The files of one folder put together to what it declares. */
import { mergeOverrides } from './override.ts'
import { faultsOf, type Declared, type ModuleFile, type ModuleSource } from './source.ts'

/** Puts the files of one folder together. */
export function moduleSource(folder: string, files: readonly ModuleFile[]): ModuleSource {
  const { blocks, faults } = mergeOverrides(files)
  const named = (type: string) =>
    new Map(
      blocks
        .filter(({ block }) => block.type === type)
        .map((declared) => [declared.block.labels[0] ?? '', declared] as const),
    )
  return {
    folder,
    files,
    faults: [...files.flatMap(faultsOf), ...faults],
    blocks,
    variables: named('variable'),
    outputs: named('output'),
    modules: named('module'),
    locals: new Map(
      blocks
        .filter(({ block }) => block.type === 'locals')
        .flatMap(({ block, file }) =>
          block.body.attributes.map(({ name, value }) => [name, { expression: value, file }] as const),
        ),
    ),
    resources: new Map(blocks.flatMap((declared) => resourceEntry(declared))),
  }
}

function resourceEntry(declared: Declared): (readonly [string, Declared])[] {
  const { type, labels } = declared.block
  if (type === 'resource') return [[labels.slice(0, 2).join('.'), declared]]
  return type === 'data' ? [[`data.${labels.slice(0, 2).join('.')}`, declared]] : []
}
