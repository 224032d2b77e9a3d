/**
 * A PKCS#11 token in software: Debian's SoftHSM and OpenSC, from PATH, else fetched by apt and extracted without
 * root. Where neither can be had it says why.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProgram } from '../../compose/local/packages/tool.ts'
import { readSettings } from '../../compose/local/settings.ts'
import { messageOf } from '../../lib/errors.ts'
import type { Pkcs11Options } from '../../lib/custody-pkcs11.ts'

interface Programs {
  /** PATH on which both programs are. */
  readonly path: string
  /** The token's library. */
  readonly module: string
}

export type SoftHsm =
  ({ readonly isThere: true } & Programs) | { readonly isThere: false; readonly reason: string }

/** Packages of Debian 12 and later that a system without them needs; the rest is there with Node. */
const debianPackages = ['opensc', 'opensc-pkcs11', 'softhsm2', 'libsofthsm2', 'libglib2.0-0', 'libffi8']
const modulePath = 'usr/lib/softhsm/libsofthsm2.so'
const { path, packagesDirectory } = readSettings(process.env)

/** Finds SoftHSM and `pkcs11-tool`, or says why this system has none. */
export function locateSoftHsm(): SoftHsm {
  const installed = `/${modulePath}`
  const isInstalled = ['pkcs11-tool', 'softhsm2-util'].every(
    (name) => findProgram([name], path) !== undefined,
  )
  if (isInstalled && existsSync(installed)) return { isThere: true, path, module: installed }
  try {
    return { isThere: true, ...extracted() }
  } catch (error) {
    return { isThere: false, reason: messageOf(error).split('\n')[0] ?? '' }
  }
}

function extracted(): Programs {
  const root = join(packagesDirectory, 'soft-token')
  if (!existsSync(join(root, modulePath))) fetchPackages(root)
  const bin = join(root, 'bin')
  mkdirSync(bin, { recursive: true })
  for (const name of ['pkcs11-tool', 'softhsm2-util']) {
    const libraries = join(root, 'usr/lib/x86_64-linux-gnu')
    const script = `#!/bin/sh\nLD_LIBRARY_PATH='${libraries}' exec '${join(root, 'usr/bin', name)}' "$@"\n`
    // Another test run may be starting the one that is there: a program is replaced whole, never written to.
    const draft = join(bin, `.${name}-${process.pid}`)
    writeFileSync(draft, script, { mode: 0o755 })
    renameSync(draft, join(bin, name))
  }
  return { path: `${bin}:${path}`, module: join(root, modulePath) }
}

function fetchPackages(root: string): void {
  mkdirSync(packagesDirectory, { recursive: true })
  const work = mkdtempSync(join(packagesDirectory, '.fetch-'))
  const quietly = (program: string, args: readonly string[]) =>
    execFileSync(program, args, { cwd: work, stdio: ['ignore', 'ignore', 'pipe'] })
  try {
    // As root apt would drop to an account that cannot write here; the packages are verified all the same.
    quietly('apt-get', ['-q', '-o', 'APT::Sandbox::User=', 'download', ...debianPackages])
    for (const deb of readdirSync(work)) quietly('dpkg', ['-x', deb, 'root'])
    renameSync(join(work, 'root'), root)
  } catch (error) {
    // Another test run may have been faster: a rename shows either nothing or the whole folder.
    if (!existsSync(join(root, modulePath))) throw error
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

export interface SoftToken {
  readonly options: Pkcs11Options
  /** What a process that uses the token needs in its environment. */
  readonly environment: { readonly PATH: string; readonly SOFTHSM2_CONF: string }
  /** Settings of a ledger whose keystore the token opens. */
  readonly variables: Readonly<Record<string, string>>
  /** Runs `pkcs11-tool` as the owner of the token. */
  readonly tool: (...args: readonly string[]) => string
  readonly remove: () => void
}

const pin = '648219'

/** Makes a token of its own with an RSA key whose id is 01. */
export function makeSoftToken(hsm: Programs, signingKeys: readonly string[] = []): SoftToken {
  const folder = mkdtempSync(join(tmpdir(), 'campanile-token-'))
  const configuration = join(folder, 'softhsm2.conf')
  mkdirSync(join(folder, 'tokens'))
  writeFileSync(configuration, `directories.tokendir = ${join(folder, 'tokens')}\nlog.level = ERROR\n`)
  const pinFile = join(folder, 'pin')
  writeFileSync(pinFile, `${pin}\n`, { mode: 0o600 })
  const environment = { PATH: hsm.path, SOFTHSM2_CONF: configuration }
  const run = (program: string, args: readonly string[]) =>
    execFileSync(program, args, { env: { ...environment, PIN: pin }, encoding: 'utf8', stdio: 'pipe' })
  const label = ['--module', hsm.module, '--label', 'campus', '--pin', pin, '--so-pin', '81920364']
  run('softhsm2-util', ['--init-token', '--free', ...label])
  const tool = (...args: readonly string[]) =>
    run('pkcs11-tool', ['--module', hsm.module, '--token-label', 'campus', '-l', '--pin', 'env:PIN', ...args])
  const rsa = ['--key-type', 'rsa:2048', '--usage-decrypt', '--sensitive']
  tool('--keypairgen', ...rsa, '--id', '01', '--label', 'keystore')
  const { module } = hsm
  const options: Pkcs11Options = {
    backend: 'pkcs11',
    module,
    token: 'campus',
    keyId: '01',
    pinFile,
    oaepHash: 'sha1',
    signingKeys,
  }
  const variables = {
    ...environment,
    CAMPANILE_CUSTODY: 'pkcs11',
    CAMPANILE_PKCS11_MODULE: module,
    CAMPANILE_PKCS11_TOKEN: 'campus',
    CAMPANILE_PKCS11_KEY_ID: '01',
    CAMPANILE_PKCS11_PIN_FILE: pinFile,
    CAMPANILE_PKCS11_OAEP_HASH: 'sha1',
    CAMPANILE_PKCS11_SIGNING_KEYS: signingKeys.join(','),
  }
  const remove = () => rmSync(folder, { recursive: true, force: true })
  return { options, environment, variables, tool, remove }
}
