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

/** Runs a program to its end; fails when it ends with another code than 0. */
export type Runner = (
  file: string,
  args: readonly string[],
  options?: { readonly cwd?: string; readonly timeoutMillis?: number },
) => Promise<void>

const execute = promisify(execFile)

const runProgram: Runner = async (file, args, { cwd, timeoutMillis } = {}) => {
  const limits = { timeout: timeoutMillis ?? 0, maxBuffer: 2 ** 24 }
  await execute(file, [...args], cwd === undefined ? limits : { ...limits, cwd })
}

export interface PackageStore {
  /**
   * Finds a tool, fetching all that are missing at the first that is.
   *
   * @throws LocalError PACKAGE_MISSING with what to install
   */
  readonly locate: (tool: Tool) => Promise<LocatedTool>
}

/** Opens the store of extracted packages. Several processes may share its folder. */
export function openPackageStore(
  path: string,
  packagesDirectory: string,
  run: Runner = runProgram,
): PackageStore {
  let fetching: Promise<void> | undefined
  return {
    locate: async (tool) => {
      const present = findTool(tool, path, packagesDirectory)
      if (present !== undefined) return present
      fetching ??= fetchMissing(path, packagesDirectory, run)
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

async function fetchMissing(path: string, packagesDirectory: string, run: Runner): Promise<void> {
  const wanted = missingTools(path, packagesDirectory)
  if (!canFetch(path)) throw missing(wanted, path, 'this system has no apt-get and dpkg')
  await mkdir(packagesDirectory, { recursive: true, mode: 0o755 })
  const work = await mkdtemp(join(packagesDirectory, '.fetch-'))
  try {
    const names = [...new Set(wanted.map(({ debianPackage }) => debianPackage))]
    await downloadTo(work, names, run)
    for (const name of names) await extract(work, { name, packagesDirectory, run })
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

async function downloadTo(work: string, names: readonly string[], run: Runner): Promise<void> {
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
  await run('apt-get', [...options, '-q', 'update'], { timeoutMillis: 120_000 })
  const into = { cwd: join(work, 'debs'), timeoutMillis: 300_000 }
  await run('apt-get', [...options, '-q', 'download', ...names], into)
}

interface Extraction {
  readonly name: string
  readonly packagesDirectory: string
  readonly run: Runner
}

async function extract(work: string, { name, packagesDirectory, run }: Extraction): Promise<void> {
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
