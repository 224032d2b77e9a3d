/** `verify-population FILE`: proves offline that exported entries are all there are of a period. */
import { createReadStream, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { parseCanonical } from '../../contracts/canonical-parse.ts'
import { Leaf } from '../../contracts/leaf.ts'
import { Population } from '../../contracts/population.ts'
import { validator } from '../../lib/validate.ts'
import { AuditError } from '../log/errors.ts'
import { parseVerifierKey } from '../log/note.ts'
import { keyOf } from '../verify/command.ts'
import { printable } from '../verify/describe-verdict.ts'
import { linesOf } from '../verify/lines.ts'
import { verifyPopulation } from './population.ts'

const validatePopulation = validator(Population)
const validateLeaf = validator(Leaf)
/** A proof and two leaves are far below. */
const maxPopulationBytes = 1_048_576

export interface PopulationFiles {
  /** Answer of `population`. */
  readonly population: string
  /** Export as JSON lines of the same range. */
  readonly entries: string
  /** Verifier key, or the path of a file that holds one. */
  readonly key: string
}

/**
 * Verifies a population and says what that shows.
 *
 * @throws AuditError AUDIT_REPORT_INVALID or AUDIT_PROOF_INVALID, or AUDIT_KEY_MALFORMED
 */
export async function verifyPopulationFiles(files: PopulationFiles): Promise<string> {
  const key = parseVerifierKey(keyOf(files.key))
  const population = await readPopulation(files.population)
  const leaves: Leaf[] = []
  for await (const line of linesOf(createReadStream(files.entries))) {
    if (line !== '') leaves.push(leafOf(line, population.from + leaves.length))
  }
  verifyPopulation(population, leaves, key)
  const { from, size, since, until } = population
  const start = since === undefined ? 'the first entry' : dateOf(since)
  const end = until === undefined ? 'the last signed one' : dateOf(until)
  return [
    `log ${key.name}, checkpoint of size ${size}`,
    `${leaves.length} entries from ${from} on are all there are${
      since === undefined && until === undefined ? ' in this range' : ` between ${start} and ${end}`
    }`,
    'shown of each entry is its leaf: facts in these lines are proved by the export that `verify` reads',
  ]
    .map(printable)
    .join('\n')
}

async function readPopulation(path: string): Promise<Population> {
  if (statSync(path).size > maxPopulationBytes) throw invalid('a file too long for a population')
  const outcome = validatePopulation(parsed(await readFile(path, 'utf8')))
  if (outcome.valid) return outcome.value
  const [fault] = outcome.faults
  throw invalid(`no population: ${fault?.at}: ${fault?.expected}`)
}

function leafOf(line: string, index: number): Leaf {
  const entry = parsed(line)
  const isEntry = typeof entry === 'object' && entry !== null && 'leaf' in entry && 'index' in entry
  if (!isEntry || entry.index !== index) throw invalid(`another entry where ${index} is expected`)
  const outcome = validateLeaf(entry.leaf)
  if (outcome.valid) return outcome.value
  throw invalid(`no leaf at ${index}`)
}

function parsed(text: string): unknown {
  try {
    return parseCanonical(text)
  } catch (cause) {
    throw new AuditError('AUDIT_REPORT_INVALID', 'found a text that is no JSON', { cause })
  }
}

function dateOf(millis: number): string {
  return new Date(millis).toISOString()
}

function invalid(found: string): AuditError {
  return new AuditError('AUDIT_REPORT_INVALID', `found ${found}`)
}
