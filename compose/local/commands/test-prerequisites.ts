/** Installs what only the tests need, where this account may: a browser, its fonts, a PostgreSQL server, Go. */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { findProgram } from '../packages/tool.ts'
import { findSystemPostgres } from '../postgres/binaries.ts'
import type { Settings } from '../settings.ts'
import type { Output } from './output.ts'

/** Looks for what is missing and installs it with apt; elsewhere says what to install and goes on. */
export async function installPrerequisites({ path }: Settings, output: Output): Promise<void> {
  const missing = missingPackages(path)
  if (missing.length === 0) return
  const prefix = elevation(path)
  if (prefix === undefined) {
    output.warn(
      `campanile: the tests need ${missing.join(', ')}; install them (Debian: apt-get install ${missing.join(' ')})`,
    )
    return
  }
  output.write(`installing for the tests: ${missing.join(' ')}`)
  const apt = [...prefix, 'apt-get', '-q', '-o', 'Acquire::Retries=3']
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...missing]]) {
    const [file = '', ...rest] = [...apt, ...args]
    const { status } = spawnSync(file, rest, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { PATH: `${path}:/usr/sbin:/sbin`, DEBIAN_FRONTEND: 'noninteractive' },
    })
    if (status !== 0)
      output.warn(`campanile: apt-get ${args[0] ?? ''} ended with code ${status ?? 'of a signal'}`)
  }
}

function missingPackages(path: string): string[] {
  const hasFonts = globSync('/usr/share/fonts/**/DejaVuSans.ttf').length > 0
  return [
    ...(findProgram(['chromium'], path) === undefined ? ['chromium'] : []),
    ...(hasFonts ? [] : ['fonts-dejavu-core']),
    ...(findSystemPostgres(path) === undefined ? ['postgresql'] : []),
    // Makes the certificates and time stamps of tests.
    ...(findProgram(['openssl'], path) === undefined ? ['openssl'] : []),
    // For the independent checker of the ledger's formats; its sources the test fetches itself.
    ...(findProgram(['go'], `${path}:/usr/local/go/bin`) === undefined ? ['golang-go'] : []),
  ]
}

/** Tells how apt-get can be run: as it is for root, by a sudo that asks nothing, or not at all. */
function elevation(path: string): readonly string[] | undefined {
  if (findProgram(['apt-get'], path) === undefined) return undefined
  if (process.getuid?.() === 0) return []
  const sudo = findProgram(['sudo'], path)
  if (sudo === undefined || spawnSync(sudo, ['-n', 'true'], { stdio: 'ignore' }).status !== 0)
    return undefined
  return [sudo, '-n']
}
