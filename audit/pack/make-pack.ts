/**
 * `pack`: what an auditor takes home, in one `.tar.gz`: the export, the verifier key, the policy of the anchor log,
 * proofs of chosen entries, and the page that verifies all of it. Written whole or not at all.
 */
import { createReadStream, createWriteStream, statSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { createTarPacker, type TarPackController } from 'modern-tar'
import { download } from '../export-command.ts'
import { AuditError } from '../log/errors.ts'
import { buildPage } from '../verify/build-page.ts'

export interface PackOptions {
  readonly tenant: string
  /** File to write. */
  readonly out: string
  /** Indices of the entries whose proofs go along. */
  readonly proofs: readonly number[]
  /** False leaves the page out. */
  readonly hasPage: boolean
  readonly port: number
  readonly token: string
  readonly stdout: NodeJS.WritableStream
}

/** Bytes of a key, a policy or a proof; beyond it the answer is something else. */
const maxSmallBytes = 1_048_576

/**
 * Makes a pack of a log of the running ledger; answers the names of what is in it.
 *
 * @throws AuditError AUDIT_EXPORT_FAILED
 */
export async function makePack(options: PackOptions): Promise<string[]> {
  const { out, tenant } = options
  const [partial, exported] = [`${out}.partial`, `${out}.export`]
  const log = `/v1/logs/${encodeURIComponent(tenant)}`
  try {
    // First: the export is an entry itself, and proofs are of entries before it.
    const small = new Map(await readSmall(options, log))
    await download({ ...options, path: `${log}/export`, query: {}, out: exported })
    await writeTar(partial, small, exported)
    await rename(partial, out)
    return ['export.ndjson', ...small.keys()]
  } finally {
    await rm(partial, { force: true })
    await rm(exported, { force: true })
  }
}

async function readSmall(options: PackOptions, log: string): Promise<[string, string][]> {
  const files: [string, string][] = [['key', await wanted(options, `${log}/key`)]]
  const policy = await fetchText(options, '/v1/anchor/policy')
  if (policy !== undefined) files.push(['policy', policy])
  for (const index of options.proofs) {
    const anchored = await fetchText(options, `${log}/proof/anchored?index=${index}`)
    if (anchored === undefined) {
      files.push([`proofs/${index}.tlog-proof`, await wanted(options, `${log}/proof/tlog?index=${index}`)])
    } else files.push([`proofs/${index}.json`, anchored])
  }
  if (options.hasPage) files.push(['verifier.html', await buildPage()])
  return files
}

async function wanted(options: PackOptions, path: string): Promise<string> {
  const text = await fetchText(options, path)
  if (text !== undefined) return text
  throw new AuditError('AUDIT_EXPORT_FAILED', `the ledger has no ${path}`)
}

/** Reads a short answer; undefined where there is nothing. */
async function fetchText({ port, token }: PackOptions, path: string): Promise<string | undefined> {
  const response = await fetch(new URL(path, `http://127.0.0.1:${port}`), {
    headers: { authorization: `Bearer ${token}` },
  })
  const text = await response.text()
  if (response.ok && text.length <= maxSmallBytes) return text
  if (response.status === 404) return undefined
  throw new AuditError('AUDIT_EXPORT_FAILED', `the ledger answered ${response.status}: ${text.slice(0, 500)}`)
}

async function writeTar(path: string, small: ReadonlyMap<string, string>, exported: string): Promise<void> {
  const { readable, controller } = createTarPacker()
  const { size } = statSync(exported)
  const packing = async () => {
    try {
      const body = controller.add({ name: 'export.ndjson', size, mode: 0o644 })
      await Readable.toWeb(createReadStream(exported)).pipeTo(body)
      for (const [name, text] of small) await addText(controller, name, text)
      controller.finalize()
    } catch (error) {
      controller.error(error)
    }
  }
  // Node's web streams are those of the standard; their types are kept apart from the browser's.
  const bytes = Readable.fromWeb(readable as Parameters<typeof Readable.fromWeb>[0])
  await Promise.all([packing(), pipeline(bytes, createGzip(), createWriteStream(path, { mode: 0o600 }))])
}

async function addText(controller: TarPackController, name: string, text: string): Promise<void> {
  const bytes = Buffer.from(text)
  const writer = controller.add({ name, size: bytes.length, mode: 0o644 }).getWriter()
  await writer.write(bytes)
  await writer.close()
}
