/** Says which witnesses of a policy stand behind a checkpoint, offline; the command gets both from a file or a door. */
import { readFileSync, statSync } from 'node:fs'
import { AuditError } from '../log/errors.ts'
import { parsePolicy } from '../log/policy-file.ts'
import { judgeCheckpoint } from '../log/policy.ts'
import { printable } from './describe-verdict.ts'
import { openSource } from './open-source.ts'

export interface WitnessState {
  readonly hasQuorum: boolean
  readonly text: string
}

const maxPolicyBytes = 131_072
/** As much as is read of any note: room for 64 signatures of ML-DSA-44. */
const maxNoteBytes = 262_144

/**
 * Judges a checkpoint by a policy.
 *
 * @param policy text of a policy with a `log` line of the checkpoint's log
 * @param note the checkpoint; attacker-controlled
 * @throws AuditError what `parsePolicy` and `judgeCheckpoint` throw
 */
export function describeWitnesses(policy: Uint8Array, note: string): WitnessState {
  const parsed = parsePolicy(policy)
  const { checkpoint, cosigners, hasQuorum } = judgeCheckpoint(parsed, note)
  const lines = [
    `log ${checkpoint.origin}`,
    `checkpoint of size ${checkpoint.size}, root ${checkpoint.root.toString('base64')}`,
    ...parsed.witnesses.map(({ name, url }) => {
      const own = cosigners.find((each) => each.name === name)
      const at = own === undefined ? 'HAS NOT COSIGNED it' : `cosigned it at ${dateOf(own.timeSeconds)}`
      return `witness ${name} ${at}${url === undefined ? ', and has no address' : ''}`
    }),
    ...(parsed.witnesses.length === 0
      ? ['the policy names no witness: a holder of the log key could have rewritten the log']
      : []),
    hasQuorum ? `quorum ${parsed.quorum} is met` : `quorum ${parsed.quorum} IS NOT MET`,
  ]
  return { hasQuorum, text: lines.map(printable).join('\n') }
}

/** Judges the checkpoint in a file by the policy in another. @throws AuditError */
export function checkWitnessFiles(checkpoint: string, policy: string): WitnessState {
  return describeWitnesses(
    readBounded(policy, maxPolicyBytes),
    readBounded(checkpoint, maxNoteBytes).toString(),
  )
}

/**
 * Asks the running ledger for its anchor log's newest checkpoint and for the policy it asks witnesses by.
 *
 * @throws AuditError AUDIT_SOURCE_FAILED when it does not answer
 */
export async function askAnchor(port: number, token: string): Promise<WitnessState> {
  const source = openSource({ kind: 'url', url: `http://127.0.0.1:${port}/v1/anchor/`, token })
  const policy = await source.read('policy', maxPolicyBytes)
  const note = await source.read('checkpoint', maxNoteBytes)
  if (policy === undefined || note === undefined) {
    throw new AuditError('AUDIT_SOURCE_FAILED', 'the ledger has anchored nothing yet, or cannot')
  }
  return describeWitnesses(policy, note.toString())
}

function readBounded(path: string, maxBytes: number): Buffer {
  const { size } = statSync(path)
  if (size <= maxBytes) return readFileSync(path)
  throw new AuditError('AUDIT_SOURCE_FAILED', `found ${size} bytes in ${path}, expected at most ${maxBytes}`)
}

function dateOf(timeSeconds: number): string {
  // Beyond the year 275760 there is no date.
  return timeSeconds <= 8_640_000_000_000 ? new Date(timeSeconds * 1_000).toISOString() : String(timeSeconds)
}
