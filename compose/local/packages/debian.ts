/**
 * Fetches Debian packages without root and without installing them: apt with private lists and cache, then
 * `dpkg -x` into a folder. apt checks the archive's signatures as it always does; no service is started.
 */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { messageOf } from '../../../lib/errors.ts'
import { LocalError } from '../errors.ts'
import { relocate } from './relocate.ts'
import { findProgram, findTool, tools, type LocatedTool, type Tool } from './tool.ts'

const run = promisify(execFile)

export interface PackageStore {
  /**
   * Finds a tool, fetching all that are missing at the first that is.
   *
   * @throws LocalError PACKAGE_MISSING with what to install
   */
  readonly locate: (tool: Tool) => Promise<LocatedTool>
}

/** Opens the store of extracted packages. Several processes may share its folder. */
export function openPackageStore(path: string, packagesDirectory: string): PackageStore {
  let fetching: Promise<void> | undefined
  return {
    locate: async (tool) => {
      const present = findTool(tool, path, packagesDirectory)
      if (present !== undefined) return present
      fetching ??= fetchMissing(path, packagesDirectory)
      await fetching
      const found = findTool(tool, path, packagesDirectory)
      if (found === undefined) throw missing([tool], path, 'its package does not hold the program')
      return found
    },
  }
}

/** Lists the tools that are neither on PATH nor extracted. */
export function missingTools(path: string, packagesDirectory: string): Tool[] {
  return Object.values(tools).filter((tool) => findTool(tool, path, packagesDirectory) === undefined)
}

async function fetchMissing(path: string, packagesDirectory: string): Promise<void> {
  const wanted = missingTools(path, packagesDirectory)
  if (!canFetch(path)) throw missing(wanted, path, 'this system has no apt-get and dpkg')
  await mkdir(packagesDirectory, { recursive: true, mode: 0o755 })
  const work = await mkdtemp(join(packagesDirectory, '.fetch-'))
  try {
    const names = [...new Set(wanted.map(({ debianPackage }) => debianPackage))]
    await downloadTo(work, names)
    for (const name of names) await extract(work, name, packagesDirectory)
  } catch (cause) {
    throw missing(wanted, path, messageOf(cause), cause)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** Tells whether packages can be fetched on this system. */
export function canFetch(path: string): boolean {
  return findProgram(['apt-get'], path) !== undefined && findProgram(['dpkg'], path) !== undefined
}

async function downloadTo(work: string, names: readonly string[]): Promise<void> {
  for (const folder of ['lists/partial', 'cache/archives/partial', 'debs']) {
    await mkdir(join(work, folder), { recursive: true })
  }
  const options = [
    `Dir::State::Lists=${join(work, 'lists')}`,
    `Dir::Cache=${join(work, 'cache')}`,
    // As root apt would drop to an account that cannot write here; the files are verified all the same.
    'APT::Sandbox::User=',
    'Acquire::Retries=3',
    // Only the lists of packages: no translations, no icons.
    'Acquire::Languages=none',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false',
  ].flatMap((option) => ['-o', option])
  await run('apt-get', [...options, '-q', 'update'], { timeout: 120_000, maxBuffer: 2 ** 24 })
  const into = { cwd: join(work, 'debs'), timeout: 300_000, maxBuffer: 2 ** 24 }
  await run('apt-get', [...options, '-q', 'download', ...names], into)
}

async function extract(work: string, name: string, packagesDirectory: string): Promise<void> {
  const debs = await readdir(join(work, 'debs'))
  const deb = debs.find((file) => file.startsWith(`${name}_`))
  if (deb === undefined) throw new Error(`apt-get downloaded no package ${name}`)
  const folder = join(work, name)
  await run('dpkg', ['-x', join(work, 'debs', deb), folder])
  const programs = Object.values(tools).filter(({ debianPackage }) => debianPackage === name)
  for (const { packaged } of programs) await relocate(join(folder, packaged))
  const target = join(packagesDirectory, name)
  // A rename shows either nothing or the whole package; another process may have been faster.
  await rename(folder, target).catch(async (error: unknown) => {
    const existing = await readdir(target).catch(() => [])
    if (existing.length === 0) throw error
  })
}

function missing(wanted: readonly Tool[], path: string, reason: string, cause?: unknown): LocalError {
  return new LocalError(
    'PACKAGE_MISSING',
    `${wanted.map(({ name }) => name).join(', ')} could not be fetched: ${reason}; ${installAdvice(wanted, path)}`,
    { cause },
  )
}

/** Says what to install by hand. */
export function installAdvice(wanted: readonly Tool[], path: string): string {
  const packages = [...new Set(wanted.map(({ debianPackage }) => debianPackage))].join(' ')
  if (canFetch(path)) return `install by hand: apt-get install --no-install-recommends ${packages}`
  const programs = wanted.map(({ programs: names }) => names.at(-1)).join(', ')
  return `install so that these are on PATH: ${programs} (https://prometheus.io/download, or your system's packages)`
}
