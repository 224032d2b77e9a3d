/** Gathers evidence from folders, files, databases and doors. A fault of one source never hides another source. */
import { dirname, normalize, sep } from 'node:path'
import type { Evidence } from '../evidence.ts'
import { add, type Collected, type Reading } from './collected.ts'
import { fetchedModules } from './fetched-modules.ts'
import type { ChosenVariables, GatherLimits, GatherOptions } from './gather-options.ts'
import type { FileBytes } from './module/source.ts'
import { groundOf } from './ground.ts'
import { readPlans } from './plan/read-plans.ts'
import { readFiles, readSingles } from './read-files.ts'
import { readTextFile } from './read-file.ts'
import { isLiveGiven } from './sources-given.ts'
import { InsideReader } from './read-inside.ts'
import { gatherStacks, type Chosen } from './terraform.ts'
import { walk } from './walk.ts'

/** Far above any infrastructure folder people keep, far below what would fill this process's memory. */
const defaultLimits: GatherLimits = {
  entries: 100_000,
  files: 5_000,
  texts: 20_000,
  depth: 32,
  fileBytes: 2_000_000,
  totalBytes: 64_000_000,
  textBytes: 64_000_000,
}

/**
 * Reads every source and tells what is there; never throws.
 *
 * @param spelled folders and files; what they hold is not trusted
 */
export async function gather(spelled: readonly string[], options: GatherOptions = {}): Promise<Evidence> {
  const paths = spelled.map(plainPath)
  const limits = { ...defaultLimits, ...options.limits }
  const walked = await walk(paths, limits)
  const { files, faults } = walked
  const collected: Collected = {
    resources: [],
    faults: [...faults],
    sources: [],
    terraform: [],
    plans: [],
    texts: [],
    beside: [],
  }
  const { memory } = options
  memory?.begin()
  await readFiles(files, { limits, collected, memory })
  memory?.end()
  readSingles(collected, walked)
  await readTerraform(paths, options, { limits, collected })
  readPlans(collected)
  if (isLiveGiven(options)) {
    // Clients and their libraries are loaded where there is something to ask: most scans are of files alone.
    const { askLive } = await import('./ask-live.ts')
    await askLive(options, collected)
  }
  const { resources, sources } = collected
  const read = new Map([...collected.texts, ...collected.beside].map(({ file, bytes }) => [file, bytes]))
  return {
    resources,
    faults: collected.faults,
    sources,
    ground: await groundOf(paths, process.cwd()),
    ...(options.parameters === undefined ? {} : { parameters: options.parameters }),
    ...(read.size === 0 ? {} : { files: read }),
  }
}

/** `./infra/` is `infra`, as the paths of its files begin. */
function plainPath(path: string): string {
  const plain = normalize(path)
  return plain.length > 1 && plain.endsWith(sep) ? plain.slice(0, -1) : plain
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
    collected.faults.push(...modules.faults)
    budget -= modules.files.reduce((sum, { bytes }) => sum + bytes.length, 0)
  }
  const inside = new InsideReader(paths)
  const readFile = (root: string, path: string) => inside.read(root, path)
  const given = {
    chosen: await readChosen(chosen, { limits, collected }),
    ...(variables === undefined ? {} : { variables }),
  }
  add(collected, { kinds: ['terraform'], files }, () =>
    gatherStacks({ files, fetched, manifests, readFile, ...given }),
  )
  const texts = [...inside.sources].map(([file, text]) => ({ file, bytes: Buffer.from(text) }))
  collected.beside.push(...fetched, ...texts)
  const named = [...fetched.map(({ file }) => file), ...inside.sources.keys()]
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
      collected.beside.push({ file, bytes: outcome.bytes })
      if (!collected.sources.includes(file)) collected.sources.push(file)
    } else {
      const { code, message } = outcome
      collected.faults.push({ code, message, file, startLine: 1, endLine: 1, hides: ['terraform'] })
    }
  }
  return read
}
