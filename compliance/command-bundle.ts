/** The commands `bundle` and `verify`: evidence that is taken home and verified there, offline. */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { ConfigError } from '../lib/config.ts'
import { systemCodeOf } from '../lib/errors.ts'
import type { ExitCode } from '../lib/lifecycle.ts'
import { makeBundle } from './bundle/make-bundle.ts'
import { sha256Of } from './bundle/statement.ts'
import { verifyBundle } from './bundle/verify-bundle.ts'
import { joinControls, readChecklist } from './checklist.ts'
import { writeOut } from './command-output.ts'
import { isEmpty, look, type LookOptions } from './command.ts'
import { controls } from './controls/all.ts'
import { ComplianceError } from './errors.ts'
import { scoreLine } from './report/words.ts'

export interface BundleOptions extends Omit<LookOptions, 'clockMillis'> {
  readonly out: string
  /** PEM file (PKCS 8) of an Ed25519 private key. */
  readonly key?: string
  /** RFC 3339; the same inputs at the same clock give the same bytes. */
  readonly clock?: string
}

/** Scans paths and writes the bundle. @returns 1 when nothing was found, else 0 @throws ConfigError */
export async function bundlePaths(
  paths: readonly string[],
  options: BundleOptions,
  stdout: NodeJS.WritableStream,
): Promise<ExitCode> {
  const { clock, key: keyFile } = options
  const key = keyFile === undefined ? undefined : await readKey(keyFile, createPrivateKey)
  const clockMillis = clock === undefined ? Date.now() : Date.parse(clock)
  if (Number.isNaN(clockMillis)) throw wrong('command line', '--clock', 'a time such as 2026-11-21T12:00:00Z')
  const looked = await look(paths, { ...options, clockMillis, listsSettled: true })
  const bytes = await makeBundle({ ...looked, ...(key === undefined ? {} : { key }) })
  await writeOut(options.out, bytes)
  await say(stdout, [`${sha256Of(bytes)}  ${options.out}`])
  return isEmpty(looked.posture) ? 1 : 0
}

/** Verifies a bundle and says what holds. @returns 1 when anything does not @throws ConfigError */
export async function verifyFile(
  file: string,
  { key: keyFile }: { readonly key?: string },
  stdout: NodeJS.WritableStream,
): Promise<ExitCode> {
  const key = keyFile === undefined ? undefined : await readKey(keyFile, createPublicKey)
  const bytes = await read(file, 'argument', 'a bundle')
  try {
    const measured = joinControls(readChecklist(), controls)
    const { faults, notes, posture } = await verifyBundle(bytes, {
      measured,
      ...(key === undefined ? {} : { key }),
    })
    await say(stdout, [
      `${sha256Of(bytes)}  ${file}`,
      ...faults.map((fault) => `WRONG  ${fault}`),
      ...notes.map((note) => `note   ${note}`),
      ...(faults.length > 0 ? [] : ['Hashes hold, and the facts come out as the posture says.']),
      ...(posture === undefined ? [] : [`Scanned ${posture.scannedAt}: ${scoreLine(posture)}`]),
    ])
    return faults.length > 0 ? 1 : 0
  } catch (error) {
    if (!(error instanceof ComplianceError)) throw error
    await say(stdout, [`WRONG  ${error.message}`])
    return 1
  }
}

async function say(stdout: NodeJS.WritableStream, lines: readonly string[]): Promise<void> {
  const text = lines.map((line) => `${line.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd')}\n`).join('')
  await new Promise<void>((resolve) => stdout.write(text, () => resolve()))
}

async function readKey(file: string, make: (pem: Buffer) => KeyObject): Promise<KeyObject> {
  const pem = await read(file, '--key', 'a PEM file')
  try {
    const key = make(pem)
    if (key.asymmetricKeyType === 'ed25519') return key
  } catch (cause) {
    throw wrong(file, '--key', 'an Ed25519 key in PEM', cause)
  }
  throw wrong(file, '--key', 'an Ed25519 key in PEM')
}

async function read(file: string, key: string, what: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    throw wrong(file, key, `${what} that can be read: ${systemCodeOf(cause) ?? 'unknown error'}`, cause)
  }
}

function wrong(source: string, key: string, expected: string, cause?: unknown): ConfigError {
  return new ConfigError([{ source, key, expected }], { cause })
}
