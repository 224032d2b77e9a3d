/**
 * `/v1/record/:tenant/…`: the custodian's door. Writing takes the scope `record:write`, looking `record:read`; every
 * look at a register is itself in the log. Who acts is named by the caller, whose token the house gave to one service.
 */
import { randomUUID } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import type { Sdk } from '#sdk'
import type { TSchema, Static } from 'typebox'
import { basisRules } from '../../contracts/basis.ts'
import {
  AccessRequestBody,
  CommandBody,
  DisclosureBody,
  OpenEntryBody,
  registers,
  type Register,
} from '../../contracts/record.ts'
import { Refusal } from '../../lib/refusal.ts'
import { isIssued, tokenOf } from '../../lib/token.ts'
import { validator } from '../../lib/validate.ts'
import type { Appender } from '../append/appender.ts'
import type { DisclosureBook } from '../record/disclosure-book.ts'
import type { RegisterBook } from '../record/register-book.ts'
import type { Logs } from '../store/logs.ts'
import type { SubjectReader } from '../store/subject-reader.ts'
import { readCanonicalBody } from './canonical-body.ts'
import { timeOf } from './entry-range.ts'
import { numberOf, optionalText, tenantOf } from './parameters.ts'
import { recordView } from './view-event.ts'

export interface RecordBooks {
  readonly disclosures: DisclosureBook
  readonly registers: RegisterBook
}

export interface RecordRouteParts {
  readonly sdk: Sdk
  readonly record: RecordBooks
  readonly appender: Appender
  readonly logs: Pick<Logs, 'open'>
  readonly subjects: Pick<SubjectReader, 'isKnown'>
}

/** 5,000 students by the longest id and the longest texts of one disclosure. */
const maxBodyBytes = 2 * 2 ** 20
const maxPage = 500
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const account = /^.{1,128}$/su
const word = /^[a-z][a-z0-9_]{0,63}$/

/** Makes the handlers of the record of disclosures and its registers. */
export function recordHandlers(parts: RecordRouteParts) {
  const { sdk, record } = parts
  return {
    postDisclosure: postDisclosure(sdk, record),
    postRequest: postRequest(sdk, record),
    openRegisterEntry: postEntry(sdk, record),
    changeRegisterEntry: postCommand(sdk, record),
    listRegister: getEntries(sdk, record),
    getRegisterEntry: getEntry(sdk, record),
    getBases: getBases(sdk),
    getRights: getRights(sdk, record),
    getBlocks: getBlocks(parts),
  }
}

/** Makes the reader of one kind of body. */
function bodyOf<S extends TSchema>(schema: S): (request: Request) => Promise<Static<S>> {
  const validate = validator(schema)
  return async (request) => {
    const outcome = validate(await readCanonicalBody(request, maxBodyBytes))
    if (!outcome.valid) throw new Refusal('body_invalid', { faults: outcome.faults })
    return outcome.value
  }
}

const readDisclosure = bodyOf(DisclosureBody)
const readRequest = bodyOf(AccessRequestBody)
const readEntry = bodyOf(OpenEntryBody)
const readCommand = bodyOf(CommandBody)

function postDisclosure(sdk: Sdk, { disclosures }: RecordBooks): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const body = actingSelf(request, await readDisclosure(request))
    const receipts = await disclosures.disclose(tenant, body)
    response.set('cache-control', 'no-store').json({ id: body.id, receipts })
  }
}

function postRequest(sdk: Sdk, { disclosures }: RecordBooks): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const body = actingSelf(request, await readRequest(request))
    const receipts = await disclosures.request(tenant, body)
    response.set('cache-control', 'no-store').json({ id: body.id, receipts })
  }
}

function postEntry(sdk: Sdk, record: RecordBooks): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const register = registerOf(request)
    const body = actingSelf(request, await readEntry(request))
    const entry = await record.registers.open(tenant, register, body)
    response.set('cache-control', 'no-store').json(entry)
  }
}

function postCommand(sdk: Sdk, record: RecordBooks): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const { command } = request.params
    if (typeof command !== 'string' || !word.test(command)) throw new Refusal('not_found')
    const place = { register: registerOf(request), id: idOf(request), command }
    const body = actingSelf(request, await readCommand(request))
    const entry = await record.registers.change(tenant, place, body, { isProgram: isProgram(request) })
    response.set('cache-control', 'no-store').json(entry)
  }
}

function getEntries(sdk: Sdk, record: RecordBooks): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const register = registerOf(request)
    const limit = numberOf(request, 'limit', { fallback: 100, max: maxPage })
    const student = optionalText(request, 'student', account)
    const state = optionalText(request, 'state', word)
    const after = optionalText(request, 'after', uuid)
    const entries = await record.registers.view(tenant, register, {
      actor: actorOf(request),
      limit,
      ...(student === undefined ? {} : { student }),
      ...(state === undefined ? {} : { state }),
      ...(after === undefined ? {} : { after }),
    })
    const last = entries.at(-1)
    response.set('cache-control', 'no-store')
    response.json({
      entries,
      ...(last !== undefined && entries.length === limit ? { next: last.id } : {}),
    })
  }
}

function getEntry(sdk: Sdk, record: RecordBooks): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const query = { id: idOf(request), actor: actorOf(request) }
    const [entry] = await record.registers.view(tenant, registerOf(request), query)
    if (entry === undefined) throw new Refusal('not_found')
    response.set('cache-control', 'no-store').json(entry)
  }
}

/** Answers the table a custodian chooses from: what each basis means and asks for. */
function getBases(sdk: Sdk): RequestHandler {
  return (request, response) => {
    tenantOf(request, sdk)
    response.json({ bases: basisRules })
  }
}

function getRights(sdk: Sdk, record: RecordBooks): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const student = optionalText(request, 'student', account)
    if (student === undefined) throw missing('student', 'whose record it is')
    const time = new Date(timeOf(request, 'at') ?? Date.now()).toISOString()
    const rights = await record.registers.rights(tenant, { student, actor: actorOf(request), time })
    response.set('cache-control', 'no-store').json(rights)
  }
}

/** Answers what stands against destroying a student's records; that somebody asked says something, so it is logged. */
function getBlocks({ sdk, record, appender, logs, subjects }: RecordRouteParts): RequestHandler {
  return async (request, response) => {
    const tenant = tenantOf(request, sdk)
    const student = optionalText(request, 'student', account)
    if (student === undefined) throw missing('student', 'whose records would be destroyed')
    const blocks = await record.registers.blocks(tenant, student)
    const facts = { action: 'register.read', outcome: 'success', reason: 'blocks' } as const
    // As for a report: no key is made for who is not known.
    const about = (await subjects.isKnown(await logs.open(tenant), student)) ? { subject: student } : {}
    await recordView(appender, { id: randomUUID(), tenant, facts, viewer: tokenOf(request).name, ...about })
    response.set('cache-control', 'no-store').json({ blocks })
  }
}

function registerOf(request: Request): Register {
  const found = registers.find((name) => name === request.params['register'])
  if (found === undefined) throw new Refusal('not_found')
  return found
}

function idOf(request: Request): string {
  const { id } = request.params
  if (typeof id !== 'string' || !uuid.test(id)) throw new Refusal('not_found')
  return id
}

function actorOf(request: Request): string {
  const actor = optionalText(request, 'actor', account)
  if (actor === undefined) throw missing('actor', 'who looks')
  return actingSelf(request, { actor }).actor
}

/**
 * Holds who is said to act against the token: a program of the house speaks for its people, a person only for
 * themselves. So a step that takes another person takes another person's token.
 *
 * @throws Refusal forbidden
 */
function actingSelf<B extends { readonly actor: string }>(request: Request, body: B): B {
  if (isProgram(request) || body.actor === tokenOf(request).name) return body
  throw new Refusal('forbidden', { detail: 'the actor is not the holder of the token' })
}

function isProgram(request: Request): boolean {
  return !isIssued(tokenOf(request))
}

function missing(at: string, expected: string): Refusal {
  return new Refusal('query_invalid', { faults: [{ at, expected }] })
}
