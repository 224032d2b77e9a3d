/** Tells by its name what a file holds. A name says nothing about who wrote it: the readers trust no content. */
import type { EvidenceSource } from '../../contracts/posture.ts'
import { readersOf } from './readers.ts'

/**
 * `variables`: values of Terraform variables, loaded by itself or when named on its command line; `single`: a file
 * for one or more of the readers of single files, some of which look inside before they take it; `text`: a file for
 * none but those that look through files of every kind.
 */
export type FileClass = 'terraform' | 'terraform-plan' | 'variables' | 'compose' | 'single' | 'text'

const patterns: readonly (readonly [RegExp, FileClass])[] = [
  [/\.tf(?:\.json)?$/, 'terraform'],
  [/(?:^|[.-])(?:tf)?plan\.json$/i, 'terraform-plan'],
  [/\.tfvars(?:\.json)?$|^terraform\.tfvars\./, 'variables'],
  [/^(?:docker-)?compose(?:[.-].*)?\.ya?ml$/i, 'compose'],
]

/** Folders that hold what others wrote or what a tool keeps for itself. */
export const ignoredFolders: ReadonlySet<string> = new Set(['.git', '.terraform', 'node_modules'])

/** Classifies a file by its path; undefined for what no reader is interested in. */
export function classify(path: string): FileClass | undefined {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  const byFolder = patterns.find(([pattern]) => pattern.test(name))?.[1]
  if (byFolder !== undefined) return byFolder
  const readers = readersOf(path)
  if (readers.length === 0) return undefined
  return readers.every(({ isBroad }) => isBroad === true) ? 'text' : 'single'
}

/** Lists the sources whose resources a file may hold, whether it can be read or not; the likeliest first. */
export function sourcesIn(path: string, fileClass: FileClass): readonly EvidenceSource[] {
  const single = readersOf(path).map(({ kind }) => kind)
  if (fileClass === 'single' || fileClass === 'text') return [...new Set(single)]
  const own: EvidenceSource = fileClass === 'compose' ? 'compose' : 'terraform'
  return [...new Set([own, ...single])]
}
