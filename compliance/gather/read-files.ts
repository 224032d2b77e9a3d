/** Reads the files of a scan once each and hands them to the readers that take them. */
import { basename } from 'node:path'
import { sourcesIn } from './classify.ts'
import { add, type Collected, type Reading } from './collected.ts'
import { gatherCompose, type ComposeOptions } from './compose/compose.ts'
import type { FileSet } from './file-reader.ts'
import { madeOf } from './made-of.ts'
import type { FileBytes } from './module/source.ts'
import { readTextFile, type FileOutcome } from './read-file.ts'
import { fileReaders, readersOf } from './readers.ts'
import type { FoundFile, Walked } from './walk.ts'

/** Reads folder by folder, because the Compose files of one folder may be one project. */
export async function readFiles(
  found: readonly FoundFile[],
  { limits, collected, memory }: Reading,
): Promise<void> {
  const read = memory === undefined ? readTextFile : memory.read.bind(memory)
  const budgets = { known: limits.totalBytes, text: limits.textBytes }
  for (const group of Map.groupBy(found, ({ folder }) => folder).values()) {
    const ofFolder: (FoundFile & FileBytes)[] = []
    for await (const { file, ahead } of readAhead(group, (path) => read(path, limits.fileBytes))) {
      const budget = file.fileClass === 'text' ? 'text' : 'known'
      const limitBytes = Math.min(limits.fileBytes, budgets[budget])
      const isWithin =
        limitBytes === limits.fileBytes || (ahead.status === 'read' && ahead.bytes.length <= limitBytes)
      const outcome = isWithin ? ahead : await read(file.path, limitBytes)
      if (outcome.status === 'read') {
        budgets[budget] -= outcome.bytes.length
        collected.sources.push(file.path)
        ofFolder.push({ ...file, file: file.path, bytes: outcome.bytes })
      } else if (file.fileClass !== 'text' || outcome.code !== 'GATHER_NOT_TEXT') {
        const { code, message } = outcome
        const hides = sourcesIn(file.path, file.fileClass)
        collected.faults.push({ code, message, file: file.path, startLine: 1, endLine: 1, hides })
      }
    }
    readFolder(ofFolder, collected)
  }
}

/** Files read at once: most of the time of one is waiting. */
const readAtOnce = 8

/** Reads files a few at once, and tells of them in their order. */
async function* readAhead(files: readonly FoundFile[], read: (path: string) => Promise<FileOutcome>) {
  for (let from = 0; from < files.length; from += readAtOnce) {
    const some = files.slice(from, from + readAtOnce)
    yield* await Promise.all(some.map(async (file) => ({ file, ahead: await read(file.path) })))
  }
}

/** Gives each reader the files that are its own, after all were read: one may speak of another. */
export function readSingles(
  collected: Collected,
  { files: found, roots, repositories }: Omit<Walked, 'faults'>,
): void {
  const texts = new Map(collected.texts.map(({ file, bytes }) => [file, Buffer.from(bytes).toString('utf8')]))
  const files: FileSet = {
    paths: [...texts.keys()],
    textOf: (path) => texts.get(path),
    found: found.map(({ path }) => path),
    roots,
    repositories,
  }
  const untaken = new Set<string>()
  for (const each of collected.texts) {
    const text = texts.get(each.file) ?? ''
    const takers = readersOf(each.file).filter(({ recognises }) => recognises?.(text) ?? true)
    for (const reader of takers) {
      add(collected, { kinds: [reader.kind], files: [each] }, () =>
        reader.readsOthers === true
          ? reader.read(each, files)
          : madeOf(each.bytes, reader, each.file, () => reader.read(each)),
      )
    }
    const isTaken = takers.some(({ isBroad }) => isBroad !== true)
    if (isTaken || each.fileClass !== 'single') continue
    if (each.isNamed === true) readUnknown(each, collected)
    else if (takers.length === 0) untaken.add(each.file)
  }
  for (const { kind, after } of fileReaders) {
    if (after !== undefined) add(collected, { kinds: [kind], files: [] }, () => after(files))
  }
  // What a reader looked into and left is no part of the evidence.
  const kept = collected.sources.filter((source) => !untaken.has(source))
  collected.sources.splice(0, collected.sources.length, ...kept)
}

/** A file somebody named that no reader takes: YAML is taken for Compose, anything else is a fault. */
function readUnknown(named: FoundFile & FileBytes, collected: Collected): void {
  const { file } = named
  if (/\.ya?ml$/i.test(file)) {
    add(collected, { kinds: ['compose'], files: [named] }, () => gatherCompose(named, { hasSiblings: false }))
    return
  }
  const message = 'expected a kind of file that is known'
  collected.faults.push({ code: 'GATHER_UNSUPPORTED', message, file, startLine: 1, endLine: 1 })
}

function readFolder(files: readonly (FoundFile & FileBytes)[], collected: Collected): void {
  const ofClass = (...classes: readonly string[]) =>
    files.filter(({ fileClass }) => classes.includes(fileClass))
  collected.terraform.push(...ofClass('terraform', 'variables'))
  collected.plans.push(...ofClass('terraform-plan'))
  for (const { base, options } of composeProjects(ofClass('compose'))) {
    const project = `${base.file} ${options.hasSiblings}`
    add(collected, { kinds: ['compose'], files: [base, options.override] }, () =>
      options.override === undefined
        ? madeOf(base.bytes, gatherCompose, project, () => gatherCompose(base, options))
        : gatherCompose(base, options),
    )
  }
  collected.texts.push(...files)
}

/** Compose itself takes the first of these names, and lays the override over it. */
const composeNames = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml']

interface ComposeProject {
  readonly base: FileBytes
  readonly options: ComposeOptions
}

function composeProjects(files: readonly FileBytes[]): ComposeProject[] {
  const named = (names: readonly string[]) =>
    names.flatMap((name) => files.filter(({ file }) => basename(file) === name)).at(0)
  const base = named(composeNames)
  const override = named(composeNames.map((name) => name.replace('.', '.override.')))
  const hasSiblings = files.length > 1
  return files
    .filter((file) => file !== override || base === undefined)
    .map((file) => ({
      base: file,
      options: { hasSiblings, ...(file === base && override !== undefined ? { override } : {}) },
    }))
}
