import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'chai'
import { describeDoor } from '../../../audit/api/operations/describe-door.ts'
import { allOperations } from '../../../audit/api/operations/all-operations.ts'
import { sha256 } from '../../../audit/log/hash.ts'
import { tilePath, widthAt } from '../../../audit/log/tile.ts'
import { writeAddCheckpoint } from '../../../audit/log/witness-message.ts'
import { tokenScopes } from '../../../contracts/service-token.ts'
import { eventually } from '../../support/poll.ts'
import { TestLog, testSigner } from '../log/cosigned-log.ts'
import {
  anEvent,
  append,
  ask,
  awaitCheckpoint,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from '../ledger-process.ts'
import { aDisclosure, someDay } from '../record/record-client.ts'
import { addToken } from './door-client.ts'

interface MediaType {
  readonly schema?: object
}

interface Described {
  readonly security: readonly object[]
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, MediaType>> }>>
}

/** One call of an operation: the path with everything filled in, and what goes along. */
interface Call {
  readonly path: string
  readonly body?: unknown
  readonly mediaType?: string
  /** Asked again until the ledger has got so far. */
  readonly isAwaited?: true
  /** What this ledger cannot do; the answer is then a described refusal. */
  readonly refused?: number
}

const file = new URL('../../../docs/openapi/ledger.json', import.meta.url)
const peer = new TestLog(testSigner('peer.example/log', 7))
const hold = '00000000-0000-4000-8000-0000000000aa'
const base = '/v1/logs/drill'
const record = '/v1/record/drill'
const students = '/v1/subjects/drill/student-1'
const legalCase = { reference: '26-7', relevance: 'litigation' }

function accessRequest(): object {
  const parties = [{ name: 'Regional Accreditor', interest: 'accreditation' }]
  return {
    id: randomUUID(),
    time: someDay,
    actor: 'registrar-1',
    students: ['student-1'],
    decision: 'received',
    parties,
  }
}

/** Every operation, called so that it succeeds; in this order, since some need what others did. */
const calls: Readonly<Record<string, Call>> = {
  appendEvents: { path: '/v1/events', body: { events: [anEvent()] } },
  appendCloudEvents: {
    path: `${base}/cloudevents`,
    mediaType: 'application/cloudevents-batch+json',
    body: [
      {
        specversion: '1.0',
        id: '1',
        source: '/campus',
        type: 'campanile.audit.grade.entered',
        time: someDay,
        data: { facts: { class: 'admin', outcome: 'success' } },
      },
    ],
  },
  getKey: { path: `${base}/key` },
  getCheckpoint: { path: `${base}/checkpoint` },
  getTile: { path: `${base}/tile/0/000.p/2` },
  getInclusion: { path: `${base}/proof/inclusion?index=0` },
  getConsistency: { path: `${base}/proof/consistency?from=1&to=2` },
  getTlogProof: { path: `${base}/proof/tlog?index=0` },
  getAnchoredProof: { path: `${base}/proof/anchored?index=0`, isAwaited: true },
  getEntries: { path: `${base}/entries` },
  getExport: { path: `${base}/export` },
  getPopulation: { path: `${base}/population?from=0&to=2` },
  getEffectiveness: { path: `${base}/effectiveness` },
  getSample: { path: `${base}/sample?size=2&nonce=${'00'.repeat(16)}&count=1` },
  getSearch: { path: `${base}/search?action=transcript.read` },
  getAccesses: { path: `${students}/accesses` },
  getReport: { path: `${students}/report` },
  postDisclosure: { path: `${record}/disclosures`, body: aDisclosure() },
  postRequest: { path: `${record}/requests`, body: accessRequest() },
  openRegisterEntry: {
    path: `${record}/registers/hold`,
    body: {
      id: hold,
      time: someDay,
      actor: 'registrar-1',
      facts: { scope: 'tenant' },
      personal: { legalCase },
    },
  },
  changeRegisterEntry: {
    path: `${record}/registers/hold/${hold}/withdraw`,
    body: { time: someDay, actor: 'registrar-1' },
  },
  listRegister: { path: `${record}/registers/hold?actor=registrar-1` },
  getRegisterEntry: { path: `${record}/registers/hold/${hold}?actor=registrar-1` },
  getBases: { path: `${record}/bases` },
  getRights: { path: `${record}/rights?actor=registrar-1&student=student-1` },
  listQuarantine: { path: `${record}/quarantine` },
  readQuarantined: { path: `${record}/quarantine/REFUSED` },
  dropQuarantined: { path: `${record}/quarantine/REFUSED/drop`, body: {} },
  getBlocks: { path: `${record}/blocks?student=student-1` },
  eraseSubject: {
    path: '/v1/erasures/drill',
    body: { id: randomUUID(), subject: 'student-1', reason: 'record_destroyed', recordState: 'destroyed' },
  },
  // A person's to give: these calls are a program's.
  approveErasure: {
    path: '/v1/erasures/drill/approvals',
    body: { id: randomUUID(), subject: 'student-1', reason: 'record_destroyed', recordState: 'destroyed' },
    refused: 403,
  },
  getAnchorKey: { path: '/v1/anchor/key' },
  getAnchorCheckpoint: { path: '/v1/anchor/checkpoint', isAwaited: true },
  getAnchorPolicy: { path: '/v1/anchor/policy' },
  // There is no authority that would date anything.
  getAnchorTimestamp: { path: '/v1/anchor/timestamp', refused: 404 },
  getAnchorTile: { path: '/v1/anchor/ANCHORED', isAwaited: true },
  exchangeToken: { path: '/v1/tokens', body: {} },
  issueToken: { path: '/v1/tokens/drill', body: { role: 'witness', name: 'witness-1' } },
  getDescription: { path: '/v1/openapi.json' },
  addCheckpoint: {
    path: '/witness/add-checkpoint',
    mediaType: 'text/plain; charset=utf-8',
    body: writeAddCheckpoint({ oldSize: 0, path: [], note: peer.checkpoint(2) }),
  },
  getWitnessKey: { path: '/witness/key' },
  getWitnessed: { path: `/witness/${sha256(Buffer.from(peer.signer.name)).toString('hex')}/checkpoint` },
  postSealed: {
    path: '/v1/sealed/drill',
    body: {
      id: randomUUID(),
      time: someDay,
      basis: '99.31(a)(9)(ii)(A)',
      actor: 'registrar-1',
      students: ['student-9'],
      party: 'Grand Jury of the District of Example',
      instrument: 'subpoena 26-7',
      recordKinds: ['transcript'],
    },
  },
  getHealth: { path: '/health' },
  getMetrics: { path: '/metrics' },
}

describe('the description of the ledger’s door', () => {
  let home: LedgerHome
  let ledger: LedgerProcess
  let token: string
  const document = JSON.parse(readFileSync(file, 'utf8')) as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>
    readonly components: { readonly schemas: { readonly Problem: object } }
  }
  // Keywords that only describe are not errors; the document as a whole is held against its standard elsewhere.
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
  const isProblem = ajv.compile(document.components.schemas.Problem)

  before(async () => {
    home = await makeHome()
    token = addToken(home, 'academics', { scopes: tokenScopes })
    const path = (name: string) => join(home.folder, name)
    for (const name of ['counsel', 'second']) {
      const { publicKey } = generateKeyPairSync('x25519')
      writeFileSync(path(name), publicKey.export({ format: 'pem', type: 'spki' }))
    }
    writeFileSync(path('witnessed'), `log ${peer.signer.vkey}\nquorum none\n`)
    ledger = await startLedger(home, {
      variables: {
        CAMPANILE_ANCHOR_MILLIS: '200',
        CAMPANILE_WITNESSED_LOGS_FILE: path('witnessed'),
        CAMPANILE_SEALED_DIR: path('sealed'),
        CAMPANILE_SEALED_TENANTS: 'drill',
        CAMPANILE_SEALED_COUNSEL_FILE: path('counsel'),
        CAMPANILE_SEALED_SECOND_FILE: path('second'),
      },
    })
    await append(ledger, [anEvent(), anEvent()])
    await awaitCheckpoint(ledger, 'drill', 2)
    await append(ledger, [{ ...anEvent(), colour: 'red' }])
  })
  after(async () => {
    await ledger.stop('SIGKILL')
    await home.remove()
  })

  function described(operationId: string): Described {
    const { path, method } = allOperations[operationId] ?? expect.fail(`no operation ${operationId}`)
    const item = document.paths[path.replaceAll(/[:*](\w+)/g, '{$1}')]
    return item?.[method] ?? expect.fail(`${operationId} is not in the document`)
  }

  async function send(operationId: string, shown: string): Promise<Response> {
    const { path, body, mediaType = 'application/json' } = calls[operationId] ?? expect.fail(operationId)
    const tile = path.endsWith('ANCHORED') ? await anchorTile() : ''
    const refused = path.includes('REFUSED') ? await refusedEvent() : ''
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return ask(ledger, path.replace('ANCHORED', tile).replace('REFUSED', refused), {
      token: shown,
      ...(body === undefined ? {} : { method: 'POST', body: text, headers: { 'content-type': mediaType } }),
    })
  }

  async function refusedEvent(): Promise<string> {
    const page = await (await ask(ledger, `${record}/quarantine`, { token })).json()
    return (page as { readonly events: readonly { readonly id: string }[] }).events[0]?.id ?? randomUUID()
  }

  /** Names the first tile: as far as it was signed, until it is full. */
  async function anchorTile(): Promise<string> {
    const note = await (await ask(ledger, '/v1/anchor/checkpoint', { token })).text()
    const first = { level: 0, index: 0 }
    return tilePath({ ...first, width: widthAt(first, Number(note.split('\n')[1])) })
  }

  /** Says what of an answer the document does not say. */
  async function contradiction(answer: Response, { responses }: Described): Promise<string | undefined> {
    const text = await answer.text()
    const type = answer.headers.get('content-type') ?? ''
    const content = responses[String(answer.status)]?.content
    if (content === undefined) {
      if (type !== 'application/problem+json') return `${answer.status} ${type}: ${text.slice(0, 200)}`
      return isProblem(JSON.parse(text)) ? undefined : ajv.errorsText(isProblem.errors)
    }
    const found = Object.entries(content).find(([name]) => type === name || type === `${name}; charset=utf-8`)
    if (found === undefined) return `${answer.status} of type ${type}`
    const { schema } = found[1]
    if (schema === undefined) return undefined
    const check = ajv.compile(schema)
    return check(JSON.parse(text)) ? undefined : ajv.errorsText(check.errors)
  }

  it('is the one that is kept', () => {
    expect(document).to.deep.equal(JSON.parse(JSON.stringify(describeDoor())))
  })

  it('is what the door answers itself', async () => {
    expect(await (await send('getDescription', token)).json()).to.deep.equal(document)
  })

  it('names every operation once, and every one is called here', () => {
    const ids = Object.values(document.paths).flatMap((item) =>
      Object.values(item).map((each) => (each as unknown as { operationId: string }).operationId),
    )
    expect(ids.toSorted()).to.deep.equal(Object.keys(calls).toSorted())
  })

  for (const [operationId, { isAwaited, refused }] of Object.entries(calls)) {
    it(`says what ${operationId} answers`, async () => {
      const answer = await eventually('the operation succeeds', async () => {
        const tried = await send(operationId, token)
        return tried.ok || isAwaited !== true ? tried : undefined
      })
      if (refused === undefined)
        expect(answer.ok, `${answer.status}: ${await answer.clone().text()}`).to.equal(true)
      else expect(answer.status).to.equal(refused)
      expect(await contradiction(answer, described(operationId))).to.equal(undefined)
    })

    it(`says how ${operationId} answers who may not ask`, async () => {
      const answer = await send(operationId, 'a-token-nobody-knows-here')
      if (described(operationId).security.length > 0) expect(answer.status).to.equal(401)
      expect(await contradiction(answer, described(operationId))).to.equal(undefined)
    })
  }
})
