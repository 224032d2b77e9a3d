/**
 * The last lines of a log as one resource `log_sample`: how many there are, how many are no JSON, lack a field or hold
 * what looks like personal data. No line and no part of one is kept.
 */
import { open } from 'node:fs/promises'
import { systemCodeOf } from '../../../lib/errors.ts'
import { createDetector } from '../../../privacy/detect/detector.ts'
import type { Gathered } from '../terraform.ts'
import { flatten, valueOfJson, type Value } from '../value.ts'

export interface LiveLog {
  readonly name: string
  readonly file: string
}

const sampleLines = 1_000
const sampleBytes = 2_000_000

/** Names a field may have: those of our own loggers, of OpenTelemetry and of the widespread libraries. */
const fields: Readonly<Record<string, readonly string[]>> = {
  time: ['time', 'timestamp', '@timestamp', 'ts'],
  level: ['level', 'severity', 'severityText', 'severity_text'],
  request: ['traceId', 'trace_id', 'requestId', 'request_id', 'correlation_id'],
  tenant: ['tenant', 'tenantId', 'tenant_id', 'campus.tenant'],
  user: ['userHash', 'user_hash', 'subject', 'enduser.pseudonym', 'user_id_hash'],
}

const detect = createDetector()

/** Reads the end of one log; never throws. */
export async function gatherLog({ name, file }: LiveLog): Promise<Gathered> {
  const position = { file, startLine: 1, endLine: 1 }
  const identity = {
    kind: 'metrics',
    type: 'log_sample',
    name,
    address: `log_sample.${name}`,
    position,
  } as const
  try {
    const attributes = flatten(sampleOf(await lastText(file)), position)
    return { resources: [{ ...identity, attributes }], faults: [] }
  } catch (error) {
    const message = `cannot be read: ${systemCodeOf(error) ?? 'unknown error'}`
    const attributes = flatten({ kind: 'unknown', why: message }, position)
    const fault = { code: 'GATHER_UNREADABLE', message, ...position, hides: ['metrics'] } as const
    return { resources: [{ ...identity, attributes }], faults: [fault] }
  }
}

/** Reads at most so many bytes from the end, whole lines only. */
async function lastText(file: string): Promise<string> {
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    const length = Math.min(size, sampleBytes)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length)
    const text = buffer.toString('utf8', 0, bytesRead)
    return length < size ? text.slice(text.indexOf('\n') + 1) : text
  } finally {
    await handle.close()
  }
}

/** Counts over the last lines; `request`, `tenant` and `user` are asked of lines about a request only. */
export function sampleOf(text: string): Value {
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-sampleLines)
  const counts = { lines: lines.length, requests: 0, malformed: 0 }
  const lacking: Record<string, number> = Object.fromEntries(Object.keys(fields).map((field) => [field, 0]))
  const personal: Record<string, number> = {
    email: 0,
    ssn: 0,
    token: 0,
    card: 0,
    phone: 0,
    student_number: 0,
  }
  for (const line of lines) {
    for (const found of detectionsIn(line)) personal[found] = (personal[found] ?? 0) + 1
    const entry = entryIn(line)
    if (entry === undefined) {
      counts.malformed += 1
      continue
    }
    const isRequest = hasAny(entry, [
      'route',
      'http.route',
      'path',
      'method',
      'status',
      ...(fields['request'] ?? []),
    ])
    if (isRequest) counts.requests += 1
    for (const [field, names] of Object.entries(fields)) {
      const isAsked = field === 'time' || field === 'level' || isRequest
      if (isAsked && !hasAny(entry, names)) lacking[field] = (lacking[field] ?? 0) + 1
    }
  }
  return valueOfJson({ ...counts, lacking, personal })
}

function entryIn(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const entry: unknown = JSON.parse(line)
    // An object that is no array has text keys.
    if (typeof entry === 'object' && entry !== null && !Array.isArray(entry))
      return entry as Readonly<Record<string, unknown>>
  } catch {
    // What is no JSON is counted by the caller.
  }
  return undefined
}

function hasAny(entry: Readonly<Record<string, unknown>>, names: readonly string[]): boolean {
  return names.some((name) => entry[name] !== undefined && entry[name] !== null && entry[name] !== '')
}

/** Value by value: two numbers side by side are no number of a student. */
function detectionsIn(line: string): ReadonlySet<string> {
  const found = new Set<string>()
  for (const text of textsIn(line)) {
    const detection = detect(text)
    if (detection !== undefined) found.add(detection)
  }
  return found
}

function textsIn(line: string): readonly string[] {
  const texts: string[] = []
  try {
    JSON.parse(line, (_, value: unknown) => {
      if (typeof value === 'string') texts.push(value)
      return value
    })
    return texts
  } catch {
    return [line]
  }
}
