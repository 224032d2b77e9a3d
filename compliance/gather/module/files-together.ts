/**
 * Variable files that make one environment together. A file that gives every variable without a default is an
 * environment; one that does not is laid over its neighbours (`common.tfvars` and `production.tfvars`), but never over
 * one that sets a variable it sets too: those are two environments.
 */
import { basename, dirname } from 'node:path'
import type { ModuleSource } from './source.ts'
import type { GivenValue } from './stack.ts'
import { environmentOf, type VariableFile } from './variable-files.ts'

/** More files that are no environment by themselves are not tried against each other. */
const partLimit = 100

type IsWhole = (given: readonly ReadonlyMap<string, GivenValue>[]) => boolean

/**
 * Groups the variable files of a root to environments, each file in one at least.
 *
 * @param isWhole tells whether files give every variable that must be given
 */
export function filesTogether(files: readonly VariableFile[], isWhole: IsWhole): VariableFile[][] {
  const parts = files.filter(({ values }) => !isWhole([values]))
  const found = new Map<string, VariableFile[]>()
  for (const file of files) {
    const isPart = parts.length <= partLimit && parts.includes(file)
    const together = isPart ? around(file, parts) : [file]
    const kept = isWhole(together.map(({ values }) => values)) ? together : [file]
    found.set(JSON.stringify(kept.map((each) => each.file)), kept)
  }
  return [...found.values()]
}

/** The file and those of its folder and the folders above that no other of them contradicts. */
function around(file: VariableFile, parts: readonly VariableFile[]): VariableFile[] {
  const together = [file]
  for (const other of parts) {
    if (together.every((each) => isBeside(other, file) && !isContradicting(each, other))) together.push(other)
  }
  return together.sort((left, right) => depthOf(left) - depthOf(right) || (left.file < right.file ? -1 : 1))
}

function isBeside(other: VariableFile, { file }: VariableFile): boolean {
  const folder = dirname(other.file)
  return folder === '.' || dirname(file) === folder || dirname(file).startsWith(`${folder}/`)
}

function isContradicting(left: VariableFile, right: VariableFile): boolean {
  return left === right || [...left.values.keys()].some((name) => right.values.has(name))
}

function depthOf({ file }: VariableFile): number {
  return file.split('/').length
}

/** Names an environment by what is its own: files that neighbours contradict, else the folder of several. */
export function nameOf(
  together: readonly VariableFile[],
  files: readonly VariableFile[],
  { folder }: ModuleSource,
): string {
  const here = dirname(together.at(-1)?.file ?? '')
  const inner = together.filter(({ file }) => dirname(file) === here)
  const own = inner.filter((file) =>
    files.some(
      (other) => dirname(other.file) === here && !together.includes(other) && isContradicting(file, other),
    ),
  )
  if (own.length === 0 && inner.length > 1 && here !== (folder === '' ? '.' : folder)) return basename(here)
  const named = own.length === 0 ? inner : own
  return [...new Set(named.map(({ file }) => environmentOf(file, folder)))].join('+')
}
