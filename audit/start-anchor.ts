/** Starts what other houses see: the anchor log with its witnesses, and this appliance as a witness of theirs. */
import { readFile } from 'node:fs/promises'
import type { Sdk } from '#sdk'
import type { Custody } from '../lib/custody.ts'
import { systemCodeOf } from '../lib/errors.ts'
import { AnchorLog } from './anchor/anchor-log.ts'
import { AnchorTrouble } from './anchor/anchor-trouble.ts'
import { Anchor, type AnchorOptions } from './anchor/anchor.ts'
import { Stamper } from './anchor/stamper.ts'
import type { WitnessRouteParts } from './api/witness-routes.ts'
import { AuditError } from './log/errors.ts'
import { encodeVerifierKey, parseVerifierKey } from './log/note.ts'
import { parsePolicy } from './log/policy-file.ts'
import type { Policy } from './log/policy.ts'
import type { ServeSettings } from './settings.ts'
import { CheckpointFiles } from './store/checkpoint-files.ts'
import { FileTiles } from './store/file-tiles.ts'
import type { WitnessOutcome } from './witness/ask-witness.ts'
import { cosignedFor, readPeers, trustIn, type Peer } from './witness/peers.ts'
import { Witness } from './witness/witness.ts'
import { Witnesses } from './witness/witnesses.ts'

export interface AnchorParts {
  readonly settings: ServeSettings
  readonly custody: Custody
  readonly notes: AnchorOptions['notes']
  readonly assertWriter: () => void
}

export interface AnchorView {
  readonly log: AnchorLog
  /** By which its checkpoints are to be judged. */
  readonly policy: Policy
  readonly stamper: Stamper | undefined
}

export interface RunningAnchor {
  /** Absent while its files are not what it signed: the logs are served, and nothing is anchored. */
  readonly anchor: AnchorView | undefined
  /** Absent where no log is configured. */
  readonly witness: WitnessRouteParts | undefined
  /** What is wrong with the anchor; undefined while all is well. */
  readonly trouble: () => string | undefined
  readonly stop: () => Promise<void>
}

/** Longest wait for one witness. */
const witnessTimeoutMillis = 5_000

/**
 * Opens both and begins to anchor.
 *
 * @throws AuditError when a policy file is wrong
 */
export async function startAnchor(sdk: Sdk, parts: AnchorParts): Promise<RunningAnchor> {
  const { settings, custody, notes, assertWriter } = parts
  const peers = await readPeers(settings.peersFolder)
  const quorum = settings.peerQuorum === 0 ? undefined : settings.peerQuorum
  const witness = await openWitness(sdk, parts, peers)
  const configured = await readPolicy(settings.witnessPolicyFile, trustIn(peers, quorum))
  const log = await openLog(sdk, settings, custody)
  if (log === undefined) {
    const trouble = () => 'its files are not what it signed'
    return { anchor: undefined, witness, trouble, stop: () => Promise.resolve() }
  }
  const trouble = new AnchorTrouble()
  const policy = { ...configured, logs: log.keys.map((key) => ({ key })) }
  const stopping = new AbortController()
  const fetch = abortable(stopping.signal)
  const stamper = openStamper(sdk, settings, fetch)
  const anchor = new Anchor({
    log,
    stamper,
    witnesses: new Witnesses({ policy, timeoutMillis: witnessTimeoutMillis, fetch, onAsked: tellAsked(sdk) }),
    notes,
    assertWriter,
    everyMillis: settings.anchorMillis,
    onRound: tellRound(sdk, trouble),
    onContradicted: (tenant) => {
      trouble.note(`a checkpoint of ${tenant} contradicts the anchored one`)
      sdk.log.error('anchor failed', { tenant, reason: 'log_rolled_back' })
    },
    onUnread: (error) => {
      trouble.note(reasonOf(error))
      sdk.log.error('anchor failed', { error, reason: reasonOf(error) })
    },
    onFailed: (error) => {
      trouble.fail(reasonOf(error))
      sdk.log.error('anchor failed', { error, reason: reasonOf(error) })
    },
  })
  anchor.start()
  const stop = () => {
    // A slow witness must not keep a stopping ledger.
    stopping.abort()
    return anchor.stop()
  }
  return { anchor: { log, policy, stamper }, witness, trouble: () => trouble.reason, stop }
}

/** Makes requests that end with the process, whatever their own limit. */
function abortable(stopping: AbortSignal): typeof globalThis.fetch {
  return (url, init) => {
    const signal = init?.signal
    return fetch(url, { ...init, signal: signal ? AbortSignal.any([signal, stopping]) : stopping })
  }
}

async function openLog(
  sdk: Sdk,
  { origin, anchorFolder }: ServeSettings,
  custody: Custody,
): Promise<AnchorLog | undefined> {
  const name = `${origin}/anchor`
  const [present, ...former] = await custody.signingKeys('anchor')
  const secret = await custody.secret('anchor', 32)
  try {
    return await AnchorLog.open({
      signer: { name, publicKey: present.publicKey, sign: present.sign },
      formerKeys: former.map(({ publicKey }) => parseVerifierKey(encodeVerifierKey(name, publicKey))),
      secret,
      files: new FileTiles(anchorFolder),
    })
  } catch (error) {
    if (!(error instanceof AuditError)) throw error
    sdk.gauge('ledger_anchor_quorum').set({}, 0)
    sdk.log.error('anchor failed', { error, reason: reasonOf(error) })
    return undefined
  }
}

function openStamper(
  sdk: Sdk,
  { tsaUrl, anchorFolder }: ServeSettings,
  fetch: typeof globalThis.fetch,
): Stamper | undefined {
  if (tsaUrl === undefined) return undefined
  const stampedAt = sdk.gauge('ledger_anchor_stamped_timestamp_seconds')
  return new Stamper({
    url: tsaUrl,
    files: new FileTiles(anchorFolder),
    fetch,
    nowMillis: () => Date.now(),
    onStamped: (timeMillis) => stampedAt.set({}, timeMillis / 1_000),
    onFailed: (error) => sdk.log.warn('anchor failed', { error, reason: reasonOf(error) }),
  })
}

async function openWitness(
  sdk: Sdk,
  { settings, custody }: AnchorParts,
  peers: readonly Peer[],
): Promise<WitnessRouteParts | undefined> {
  const { witnessedLogsFile, witnessFolder, origin } = settings
  if (witnessedLogsFile === undefined && peers.length === 0) return undefined
  const { publicKey, sign } = await custody.signingKey('witness')
  const postQuantum = await custody.signingKey('witness', 'ml-dsa-44')
  const name = `${origin}/witness`
  const answers = sdk.counter('ledger_witness_answers_total')
  const witness = new Witness({
    signer: { name, publicKey, sign },
    postQuantumSigner: { name, publicKey: postQuantum.publicKey, sign: postQuantum.sign },
    policy: await readPolicy(witnessedLogsFile, cosignedFor(peers)),
    files: new CheckpointFiles(witnessFolder),
    nowMillis: () => Date.now(),
  })
  return { witness, onAnswered: (outcome) => answers.inc({ outcome }) }
}

/** A file that is named decides; otherwise what follows from the cards of peers. */
async function readPolicy(file: string | undefined, otherwise: Policy): Promise<Policy> {
  return file === undefined ? otherwise : parsePolicy(await readFile(file))
}

function tellAsked(sdk: Sdk): (witness: string, outcome: WitnessOutcome) => void {
  const requests = sdk.counter('ledger_witness_requests_total')
  return (witness, { status }) => {
    requests.inc({ witness, outcome: status })
    // Either our log was set back or forked, or the witness lies: somebody has to look.
    if (status === 'ahead' || status === 'inconsistent')
      sdk.log.error('witness contradicts', { reason: status })
  }
}

function tellRound(sdk: Sdk, trouble: AnchorTrouble): AnchorOptions['onRound'] {
  const entries = sdk.gauge('ledger_anchor_size')
  const quorum = sdk.gauge('ledger_anchor_quorum')
  const cosignedAt = sdk.gauge('ledger_anchor_cosigned_timestamp_seconds')
  let published = 0
  return ({ size, hasQuorum }) => {
    if (size > published) sdk.log.debug('anchor published', { size })
    published = size
    trouble.finish(hasQuorum)
    entries.set({}, size)
    quorum.set({}, hasQuorum ? 1 : 0)
    if (hasQuorum) cosignedAt.set({}, Date.now() / 1_000)
  }
}

function reasonOf(error: unknown): string {
  return (systemCodeOf(error) ?? 'unknown').toLowerCase()
}
