/** Tells by its name what a file holds. A name says nothing about who wrote it: the readers trust no content. */

/** `variables`: values of Terraform variables, loaded by itself or when named on its command line. */
export type FileClass = 'terraform' | 'terraform-plan' | 'variables' | 'compose' | 'dockerfile'

const patterns: readonly (readonly [RegExp, FileClass])[] = [
  [/\.tf(?:\.json)?$/, 'terraform'],
  [/(?:^|[.-])(?:tf)?plan\.json$/i, 'terraform-plan'],
  [/\.tfvars(?:\.json)?$|^terraform\.tfvars\./, 'variables'],
  [/^(?:docker-)?compose(?:[.-].*)?\.ya?ml$/i, 'compose'],
  [/^(?:Docker|Container)file(?:[.-](?!dockerignore$).*)?$|\.(?:Docker|Container)file$/i, 'dockerfile'],
]

/** Folders that hold what others wrote or what a tool keeps for itself. */
export const ignoredFolders: ReadonlySet<string> = new Set(['.git', '.terraform', 'node_modules'])

/** Classifies a file name without its folder; undefined for what no reader is interested in. */
export function classify(name: string): FileClass | undefined {
  return patterns.find(([pattern]) => pattern.test(name))?.[1]
}
