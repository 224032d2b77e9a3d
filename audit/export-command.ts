/** `export` and `report`: fetch over HTTP with the caller's token and write the answer whole or not at all. */
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { messageOf } from '../lib/errors.ts'
import { AuditError } from './log/errors.ts'

export interface DownloadOptions {
  /** Of the ledger, its parts encoded. */
  readonly path: string
  readonly query: Readonly<Record<string, string | undefined>>
  readonly port: number
  readonly token: string
  /** File to write; standard output when absent. */
  readonly out?: string
  readonly stdout: NodeJS.WritableStream
}

/** @throws AuditError AUDIT_EXPORT_FAILED */
export async function download({ path, query, port, token, out, stdout }: DownloadOptions): Promise<void> {
  try {
    const url = new URL(path, `http://127.0.0.1:${port}`)
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, value)
    }
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } })
    if (!response.ok || response.body === null) {
      throw new Error(`the ledger answered ${response.status}: ${(await response.text()).slice(0, 500)}`)
    }
    const body = Readable.fromWeb(response.body)
    if (out === undefined) await pipeline(body, stdout, { end: false })
    else await writeWhole(body, out)
  } catch (cause) {
    throw new AuditError('AUDIT_EXPORT_FAILED', messageOf(cause), { cause })
  }
}

async function writeWhole(body: Readable, out: string): Promise<void> {
  const partial = `${out}.partial`
  try {
    await pipeline(body, createWriteStream(partial, { mode: 0o600 }))
    await rename(partial, out)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}
