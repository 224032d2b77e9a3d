/** Evidence on disk: one file for each drill, never overwritten. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { validator } from '../../lib/validate.ts'
import { DrillError } from '../errors.ts'
import { Evidence } from './evidence.ts'

const check = validator(Evidence)

/** Writes a file named by time and drill, and answers its path. */
export async function writeEvidence(folder: string, evidence: Evidence): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const time = evidence.startedAt.replace(/\.\d+/, '').replaceAll(':', '-')
  const path = join(folder, `${time}-${evidence.drill}.json`)
  await writeFile(path, `${JSON.stringify(evidence, null, 2)}\n`, { flag: 'wx', mode: 0o600 })
  return path
}

/** Reads every evidence file of a folder, oldest first. @throws DrillError DRILL_EVIDENCE_INVALID */
export async function readEvidence(folder: string): Promise<Evidence[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}-.*\.json$/.test(name)).sort()
  return Promise.all(names.map((name) => readOne(join(folder, name))))
}

async function readOne(path: string): Promise<Evidence> {
  const outcome = check(parse(await readFile(path, 'utf8')))
  if (outcome.valid) return outcome.value
  const [fault] = outcome.faults
  const found = `${path}${fault?.at ?? ''}: expected ${fault?.expected ?? 'evidence of a drill'}`
  throw new DrillError('DRILL_EVIDENCE_INVALID', found)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // No schema of ours takes it.
  }
}
