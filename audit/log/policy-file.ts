/** Reads a trust policy from its text (C2SP tlog-policy). Octets above 0x7f are opaque but in keys, which are UTF-8. */
import { parseCosignerKey } from './cosignature.ts'
import { AuditError } from './errors.ts'
import { encodeVerifierKey, parseVerifierKey, type KeyType, type VerifierKey } from './note.ts'
import type { Policy, PolicyGroup, PolicyLog, PolicyWitness } from './policy.ts'

/** Room for several hundred definitions; implementations should take 32 logs, 32 witnesses and 32 groups. */
const maxPolicyBytes = 131_072

/**
 * Parses a policy file.
 *
 * @param file attacker-controlled
 * @throws AuditError AUDIT_POLICY_MALFORMED or AUDIT_KEY_MALFORMED, with the line
 */
export function parsePolicy(file: Uint8Array): Policy {
  if (file.length > maxPolicyBytes) throw malformed(0, `${file.length} bytes`)
  const text = Buffer.from(file).toString('latin1')
  const draft = new PolicyDraft()
  text.split('\n').forEach((line, at) => {
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(line)) throw malformed(at + 1, 'a control character')
    const words = line.split(/[ \t]+/).filter((word) => word !== '')
    if (words[0] !== undefined && !words[0].startsWith('#')) draft.take(words, at + 1)
  })
  return draft.finish()
}

class PolicyDraft {
  readonly #logs: PolicyLog[] = []
  readonly #witnesses: PolicyWitness[] = []
  readonly #groups: PolicyGroup[] = []
  readonly #names = new Set(['none'])
  readonly #members = new Set(['none'])
  readonly #logKeys = new Set<string>()
  readonly #witnessKeys = new Set<string>()
  #quorum: string | undefined

  take(words: readonly string[], line: number): void {
    const [kind, ...rest] = words
    if (kind === 'log') this.#takeLog(rest, line)
    else if (kind === 'witness') this.#takeWitness(rest, line)
    else if (kind === 'group') this.#takeGroup(rest, line)
    else if (kind === 'quorum') this.#takeQuorum(rest, line)
    else throw malformed(line, 'an unknown word')
  }

  finish(): Policy {
    if (this.#quorum === undefined) throw malformed(0, 'no quorum')
    return {
      logs: this.#logs,
      witnesses: this.#witnesses,
      groups: this.#groups,
      quorum: this.#quorum,
    }
  }

  #takeLog([vkey, url, ...more]: readonly string[], line: number): void {
    if (vkey === undefined || more.length > 0) throw malformed(line, 'a log without key, or too many words')
    const key = keyAt(vkey, line, parseVerifierKey)
    addOnce(this.#logKeys, rawKey(key.publicKey), line)
    this.#logs.push({ key, ...(url === undefined ? {} : { url: asUtf8(url, line) }) })
  }

  #takeWitness([name, vkey, url, ...more]: readonly string[], line: number): void {
    if (name === undefined || vkey === undefined || more.length > 0) {
      throw malformed(line, 'a witness without name or key, or too many words')
    }
    addOnce(this.#names, name, line)
    const key = keyAt(vkey, line, parseCosignerKey)
    addOnce(this.#witnessKeys, rawKey(key.publicKey), line)
    this.#witnesses.push({ name, key, ...(url === undefined ? {} : { url: asUtf8(url, line) }) })
  }

  #takeGroup([name, count, ...members]: readonly string[], line: number): void {
    if (name === undefined || count === undefined || members.length === 0) {
      throw malformed(line, 'a group without name, threshold or members')
    }
    for (const member of members) {
      if (!this.#names.has(member)) throw malformed(line, 'a member that is not defined before')
      // A witness must not count twice, by whatever way.
      addOnce(this.#members, member, line)
    }
    const threshold = thresholdOf(count, members.length)
    if (threshold === undefined) throw malformed(line, 'a threshold outside the number of members')
    addOnce(this.#names, name, line)
    this.#groups.push({ name, threshold, members })
  }

  #takeQuorum([name, ...more]: readonly string[], line: number): void {
    if (this.#quorum !== undefined) throw malformed(line, 'a second quorum')
    if (name === undefined || more.length > 0 || !this.#names.has(name)) {
      throw malformed(line, 'a quorum that is not defined before')
    }
    this.#quorum = name
  }
}

function thresholdOf(count: string, members: number): number | undefined {
  if (count === 'any') return 1
  if (count === 'all') return members
  const threshold = /^[1-9][0-9]{0,4}$/.test(count) ? Number(count) : Number.NaN
  return threshold <= members ? threshold : undefined
}

/** Two keys are the same when they wrap the same public key, whatever their names. */
function rawKey(publicKey: PolicyLog['key']['publicKey']): string {
  return publicKey.export({ format: 'der', type: 'spki' }).toString('hex')
}

function addOnce(known: Set<string>, name: string, line: number): void {
  if (known.has(name)) throw malformed(line, 'a name or key for the second time')
  known.add(name)
}

function keyAt<K>(vkey: string, line: number, parse: (text: string) => K): K {
  try {
    return parse(asUtf8(vkey, line))
  } catch (error) {
    if (!(error instanceof AuditError)) throw error
    throw new AuditError(error.code, `line ${line}: ${error.message}`, { cause: error })
  }
}

function asUtf8(word: string, line: number): string {
  const text = Buffer.from(word, 'latin1').toString('utf8')
  if (text.includes('\ufffd')) throw malformed(line, 'bytes that are not utf-8')
  return text
}

function malformed(line: number, found: string): AuditError {
  return new AuditError('AUDIT_POLICY_MALFORMED', `line ${line}: found ${found}, expected a tlog-policy`)
}

/** Writes a policy as a file that `parsePolicy` reads. */
export function writePolicy({ logs, witnesses, groups, quorum }: Policy): Buffer {
  const vkeyOf = ({ name, publicKey, type }: VerifierKey<KeyType>) =>
    Buffer.from(encodeVerifierKey(name, publicKey, type)).toString('latin1')
  const urlOf = ({ url }: PolicyLog | PolicyWitness) =>
    url === undefined ? '' : ` ${Buffer.from(url).toString('latin1')}`
  const lines = [
    ...logs.map((log) => `log ${vkeyOf(log.key)}${urlOf(log)}`),
    ...witnesses.map((each) => `witness ${each.name} ${vkeyOf(each.key)}${urlOf(each)}`),
    ...groups.map(({ name, threshold, members }) => `group ${name} ${threshold} ${members.join(' ')}`),
    `quorum ${quorum}`,
  ]
  return Buffer.from(`${lines.join('\n')}\n`, 'latin1')
}
