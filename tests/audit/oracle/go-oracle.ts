/**
 * Builds the independent checker with Go and Debian's `golang-golang-x-mod-dev`, without network for Go: the
 * package is installed, or fetched by apt and extracted without root. Where either cannot be had it says why.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram } from '../../../compose/local/packages/tool.ts'
import { readSettings } from '../../../compose/local/settings.ts'
import { messageOf } from '../../../lib/errors.ts'

/** What `oracle.go` is asked; binary values are base64. */
export interface Question {
  readonly op:
    | 'note'
    | 'cosignature'
    | 'root'
    | 'inclusion'
    | 'consistency'
    | 'check-inclusion'
    | 'check-consistency'
    | 'tile'
  readonly note?: string
  readonly keys?: readonly string[]
  readonly size?: number
  readonly from?: number
  readonly index?: number
  readonly root?: string
  readonly old?: string
  readonly leaf?: string
  readonly path?: readonly string[]
  readonly tile?: string
}

export interface Answer {
  readonly ok: boolean
  readonly error?: string
  readonly text?: string
  readonly root: string
  readonly path?: readonly string[]
  readonly bytes?: string
}

export type Oracle =
  | { readonly isThere: true; readonly ask: (questions: readonly Question[]) => Answer[] }
  | { readonly isThere: false; readonly reason: string }

const debianPackage = 'golang-golang-x-mod-dev'
const installedSources = '/usr/share/gocode'
const sumdb = 'src/golang.org/x/mod/sumdb/tlog/tlog.go'
const { path, packagesDirectory } = readSettings(process.env)

/** Builds the checker, or says why this system has none. */
export function buildOracle(): Oracle {
  const go = findProgram(['go'], [path, '/usr/local/go/bin', '/usr/lib/go/bin'].join(':'))
  if (go === undefined)
    return { isThere: false, reason: 'there is no Go (Debian: apt-get install golang-go)' }
  try {
    const program = build(go, findSources())
    return { isThere: true, ask: (questions) => run(program, questions) }
  } catch (error) {
    return { isThere: false, reason: messageOf(error).split('\n')[0] ?? '' }
  }
}

function build(go: string, sources: string): string {
  const folder = join(packagesDirectory, 'audit-oracle')
  mkdirSync(folder, { recursive: true })
  const program = join(folder, 'oracle')
  const env = {
    PATH: path,
    GOPATH: sources,
    GO111MODULE: 'off',
    GOTOOLCHAIN: 'local',
    GOPROXY: 'off',
    CGO_ENABLED: '0',
    GOCACHE: join(folder, 'cache'),
  }
  const source = join(import.meta.dirname, 'oracle.go')
  execFileSync(go, ['build', '-o', program, source], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  return program
}

/** Finds the folder above `src/golang.org`, fetching the package where it is missing. */
function findSources(): string {
  const extracted = join(packagesDirectory, debianPackage, 'usr/share/gocode')
  const found = [installedSources, extracted].find((folder) => existsSync(join(folder, sumdb)))
  if (found !== undefined) return found
  mkdirSync(packagesDirectory, { recursive: true })
  const work = mkdtempSync(join(packagesDirectory, '.fetch-'))
  try {
    // As root apt would drop to an account that cannot write here; the package is verified all the same.
    quietly('apt-get', ['-q', '-o', 'APT::Sandbox::User=', 'download', debianPackage], work)
    const [deb] = readdirSync(work)
    if (deb === undefined) throw new Error(`apt-get downloaded no package ${debianPackage}`)
    quietly('dpkg', ['-x', join(work, deb), join(work, 'package')], work)
    renameSync(join(work, 'package'), join(packagesDirectory, debianPackage))
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  return extracted
}

function quietly(program: string, args: readonly string[], cwd: string): void {
  execFileSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] })
}

function run(program: string, questions: readonly Question[]): Answer[] {
  const input = questions.map((question) => JSON.stringify(question)).join('\n')
  const output = execFileSync(program, { input, encoding: 'utf8', maxBuffer: 2 ** 28 })
  // Our own program's answers, as `oracle.go` declares them.
  const answers = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer)
  if (answers.length !== questions.length)
    throw new Error(`found ${answers.length} answers: ${output.slice(-200)}`)
  return answers
}
