/** Gathers evidence from folders, files, databases and doors. A fault of one source never hides another source. */
import { basename, dirname } from 'node:path'
import { messageOf } from '../../lib/errors.ts'
import type { Evidence, GatherFault, Resource } from '../evidence.ts'
import { gatherCompose, type ComposeOptions } from './compose/compose.ts'
import { gatherDockerfile } from './dockerfile.ts'
import { fetchedModules } from './fetched-modules.ts'
import { gatherHttp, type LiveDoor } from './http.ts'
import { gatherPostgres, type LiveDatabase } from './postgres.ts'
import { readTextFile } from './read-file.ts'
import { gatherPlan, withoutKeys } from './plan/plan.ts'
import { InsideReader } from './read-inside.ts'
import type { FileBytes } from './module/source.ts'
import { gatherStacks, type Chosen, type Gathered } from './terraform.ts'
import { type FoundFile, walk, type WalkLimits } from './walk.ts'

export interface GatherLimits extends WalkLimits {
  /** Largest file, in bytes; a larger one is named and not read. */
  readonly fileBytes: number
  /** Most bytes of all files together. */
  readonly totalBytes: number
}

export interface GatherOptions {
  readonly limits?: Partial<GatherLimits>
  readonly databases?: readonly LiveDatabase[]
  readonly doors?: readonly LiveDoor[]
  /** Longest wait for one answer of a live source, in milliseconds. Default 5 000. */
  readonly timeoutMillis?: number
  /** Values of Terraform variables by name, as `TF_VAR_name` gives them; nothing is taken from this process. */
  readonly variables?: Readonly<Record<string, string>>
  /** Variable files and values of Terraform that were chosen, the later wins. */
  readonly chosen?: readonly ChosenVariables[]
}

export type ChosenVariables = { readonly file: string } | { readonly name: string; readonly value: string }

/** Far above any infrastructure folder people keep, far below what would fill this process's memory. */
const defaultLimits: GatherLimits = {
  entries: 100_000,
  files: 5_000,
  depth: 32,
  fileBytes: 2_000_000,
  totalBytes: 64_000_000,
}

/**
 * Reads every source and tells what is there; never throws.
 *
 * @param paths folders and files; what they hold is not trusted
 */
export async function gather(paths: readonly string[], options: GatherOptions = {}): Promise<Evidence> {
  const limits = { ...defaultLimits, ...options.limits }
  const { files, faults } = await walk(paths, limits)
  const collected: Collected = { resources: [], faults: [...faults], sources: [], terraform: [], plans: [] }
  await readFiles(files, { limits, collected })
  await readTerraform(paths, options, { limits, collected })
  readPlans(collected)
  await askLive(options, collected)
  const { terraform: _read, plans: _planned, ...evidence } = collected
  return evidence
}

/** One after the other: a scan must not be what makes the house slow. */
async function askLive(options: GatherOptions, { resources, faults, sources }: Collected): Promise<void> {
  const { databases = [], doors = [], timeoutMillis = 5_000 } = options
  const asked = [
    ...databases.map((database) => () => gatherPostgres(database, timeoutMillis)),
    ...doors.map((door) => () => gatherHttp(door, timeoutMillis)),
  ]
  for (const ask of asked) {
    const found = await ask()
    const reached = found.faults.every(({ code }) => code !== 'GATHER_UNREACHABLE')
    sources.push(...new Set(reached ? found.resources.map(({ position }) => position.file) : []))
    resources.push(...found.resources)
    faults.push(...found.faults)
  }
}

interface Collected {
  readonly resources: Resource[]
  readonly faults: GatherFault[]
  readonly sources: string[]
  /** Files of Terraform, kept until all are read: a module may stand in any folder. */
  readonly terraform: (FoundFile & FileBytes)[]
  readonly plans: (FoundFile & FileBytes)[]
}

interface Reading {
  readonly limits: GatherLimits
  readonly collected: Collected
}

/** Folder by folder, because the Compose files of one folder may be one project. */
async function readFiles(found: readonly FoundFile[], { limits, collected }: Reading): Promise<void> {
  let budget = limits.totalBytes
  for (const group of Map.groupBy(found, ({ folder }) => folder).values()) {
    const read: (FoundFile & FileBytes)[] = []
    for (const file of group) {
      const outcome = await readTextFile(file.path, Math.min(limits.fileBytes, budget))
      if (outcome.status === 'read') {
        budget -= outcome.bytes.length
        collected.sources.push(file.path)
        read.push({ ...file, file: file.path, bytes: outcome.bytes })
      } else {
        const { code, message } = outcome
        collected.faults.push({ code, message, file: file.path, startLine: 1, endLine: 1 })
      }
    }
    readFolder(read, collected)
  }
}

function readFolder(files: readonly (FoundFile & FileBytes)[], collected: Collected): void {
  const ofClass = (...classes: readonly string[]) =>
    files.filter(({ fileClass }) => classes.includes(fileClass))
  collected.terraform.push(...ofClass('terraform', 'variables'))
  collected.plans.push(...ofClass('terraform-plan'))
  for (const { base, options } of composeProjects(ofClass('compose'))) {
    add(collected, [base, options.override], () => gatherCompose(base, options))
  }
  for (const file of ofClass('dockerfile')) add(collected, [file], () => gatherDockerfile(file))
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

/** Roots with their modules, fetched ones too, and the files their values are made of. */
async function readTerraform(
  paths: readonly string[],
  { variables, chosen = [] }: GatherOptions,
  { limits, collected }: Reading,
): Promise<void> {
  const files = collected.terraform
  if (files.length === 0) return
  const manifests = new Map<string, ReadonlyMap<string, string>>()
  const fetched: FileBytes[] = []
  let budget = limits.totalBytes
  for (const folder of new Set(files.map(({ file }) => dirname(file)))) {
    const modules = await fetchedModules(folder, budget)
    if (modules.folders.size > 0) manifests.set(folder === '.' ? '' : folder, modules.folders)
    fetched.push(...modules.files)
    budget -= modules.files.reduce((sum, { bytes }) => sum + bytes.length, 0)
  }
  const inside = new InsideReader(paths)
  const readFile = (root: string, path: string) => inside.read(root, path)
  const given = {
    chosen: await readChosen(chosen, { limits, collected }),
    ...(variables === undefined ? {} : { variables }),
  }
  add(collected, files, () => gatherStacks({ files, fetched, manifests, readFile, ...given }))
  const named = [...fetched.map(({ file }) => file), ...inside.sources]
  collected.sources.push(...named.filter((file) => !collected.sources.includes(file)))
}

async function readChosen(
  chosen: readonly ChosenVariables[],
  { limits, collected }: Reading,
): Promise<Chosen[]> {
  const read: Chosen[] = []
  for (const each of chosen) {
    if ('name' in each) {
      read.push(each)
      continue
    }
    const { file } = each
    const outcome = await readTextFile(file, limits.fileBytes)
    if (outcome.status === 'read') {
      read.push({ file, bytes: outcome.bytes })
      if (!collected.sources.includes(file)) collected.sources.push(file)
    } else {
      const { code, message } = outcome
      collected.faults.push({ code, message, file, startLine: 1, endLine: 1 })
    }
  }
  return read
}

/** `module.a["x"].module.b.` stands in `module.a` and `module.a.module.b`. */
function modulesAround(prefix: string): string[] {
  const names = [...withoutKeys(prefix).matchAll(/module\.([^.]+)\./g)].map(([, name]) => `module.${name}`)
  return names.map((_, index) => names.slice(0, index + 1).join('.'))
}

/** What a plan says of a resource is what Terraform says: it takes the place of what was read from its files. */
function readPlans(collected: Collected): void {
  const places = new Map(
    collected.resources
      .filter(({ kind }) => kind === 'terraform')
      .map(({ address, position }) => [withoutKeys(address), position] as const),
  )
  for (const plan of collected.plans) {
    add(collected, [plan], () => {
      const planned = gatherPlan(plan, (address) => places.get(address))
      const taken = new Set(planned.resources.map(({ address }) => withoutKeys(address)))
      const modules = new Set(planned.resources.flatMap(({ scope }) => modulesAround(scope?.module ?? '')))
      const isReplaced = ({ environment, scope, type, address }: Resource) =>
        scope !== undefined &&
        environment === undefined &&
        (type === 'module' ? modules : taken).has(withoutKeys(address))
      const kept = collected.resources.filter((resource) => !isReplaced(resource))
      collected.resources.splice(0, collected.resources.length)
      for (const resource of kept) collected.resources.push(resource)
      return planned
    })
  }
}

/** A defect of a reader costs the files it was given and nothing else. */
function add(collected: Collected, files: readonly (FileBytes | undefined)[], read: () => Gathered): void {
  try {
    const { resources, faults } = read()
    for (const resource of resources) collected.resources.push(resource)
    collected.faults.push(...faults)
  } catch (error) {
    for (const { file } of files.filter((each) => each !== undefined)) {
      const message = `the reader failed: ${messageOf(error)}`
      collected.faults.push({ code: 'GATHER_UNREADABLE', message, file, startLine: 1, endLine: 1 })
    }
  }
}
