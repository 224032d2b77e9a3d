/** A posture that was kept in a file, as `scan --format json` wrote it. Whoever wrote the file is not trusted. */
import { readFile } from 'node:fs/promises'
import { Posture } from '../contracts/posture.ts'
import { ConfigError } from '../lib/config.ts'
import { systemCodeOf } from '../lib/errors.ts'
import { validator } from '../lib/validate.ts'

/** Largest file that is read, in bytes. */
const byteLimit = 256_000_000
const check = validator(Posture)

/** Reads a posture that was kept in a file. @throws ConfigError when it is none */
export async function readPosture(file: string, key: string): Promise<Posture> {
  const wrong = (expected: string, cause?: unknown) =>
    new ConfigError([{ source: file, key, expected }], { cause })
  let parsed: unknown
  try {
    const bytes = await readFile(file)
    if (bytes.length > byteLimit) throw wrong(`at most ${byteLimit} bytes`)
    parsed = JSON.parse(bytes.toString('utf8'))
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause
    throw wrong(`a posture that can be read: ${systemCodeOf(cause) ?? 'no JSON'}`, cause)
  }
  const outcome = check(parsed)
  if (!outcome.valid) throw wrong('a posture as scan --format json writes it')
  return outcome.value
}
