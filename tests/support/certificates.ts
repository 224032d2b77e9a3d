/** Certificates for tests, made by openssl as an operator would: an authority, and what it signs. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram } from '../../compose/local/packages/tool.ts'

/** Where openssl is; undefined on a system without it. */
export const openssl = findProgram(['openssl'], process.env['PATH'] ?? '')

export interface Pair {
  readonly cert: string
  readonly key: string
}

export interface Signing {
  /** File name without its ending. */
  readonly name: string
  /** Subject alternative names, e.g. `URI:spiffe://house.example/academics`. */
  readonly names: string
  /** Days from now on; negative ones have passed. Default 1. */
  readonly days?: number
}

function run(...args: readonly string[]): void {
  execFileSync(openssl ?? 'openssl', [...args], { stdio: ['ignore', 'ignore', 'pipe'] })
}

/** An authority with a folder of its own. */
export class Authority {
  readonly #folder: string
  /** Its certificate, PEM. */
  readonly cert: string
  readonly #key: string

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true })
    this.#folder = folder
    this.cert = join(folder, 'authority.pem')
    this.#key = join(folder, 'authority.key')
    const subject = ['-subj', '/CN=Authority of a test', '-days', '2']
    run('req', '-x509', '-newkey', 'ed25519', '-nodes', '-keyout', this.#key, '-out', this.cert, ...subject)
  }

  /** Makes a key and signs a certificate for it. */
  sign({ name, names, days = 1 }: Signing): Pair {
    const path = (ending: string) => join(this.#folder, `${name}.${ending}`)
    writeFileSync(path('ext'), `subjectAltName=${names}\n`)
    run(
      'req',
      '-newkey',
      'ed25519',
      '-nodes',
      '-keyout',
      path('key'),
      '-out',
      path('csr'),
      '-subj',
      '/CN=test',
    )
    const by = ['-CA', this.cert, '-CAkey', this.#key, '-CAcreateserial', '-extfile', path('ext')]
    run('x509', '-req', '-in', path('csr'), '-out', path('pem'), '-days', String(days), ...by)
    return { cert: path('pem'), key: path('key') }
  }
}
