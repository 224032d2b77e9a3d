/** Names of spans that hold a person: what a page may write there, and what a roster keeps programs from writing. */
import { expect } from 'chai'
import { createFence } from '../../privacy/fence.ts'
import { addEntry, bytesFor, openRoster, rosterEntries } from '../../privacy/roster.ts'
import { hmac, keyOf } from '../support/pseudonyms.ts'

const digest = (text: string) => hmac(keyOf(9), text)
const entries = rosterEntries('Quillon Featherstone')
const bits = new Uint8Array(bytesFor(entries.length))
for (const entry of entries) addEntry(bits, digest(entry))
const roster = openRoster(bits, digest)

const page = createFence({ policy: { mode: 'enforce' }, audience: 'browsers' })
const program = createFence({ policy: { mode: 'enforce' }, roster })

describe('the name of a span', () => {
  for (const [written, passed] of [
    ['router - /quillon/featherstone', '[redacted]'],
    ['request handler - /featherstone', '[redacted]'],
    ['middleware - QuillonFeatherstone', '[redacted]'],
    ['SELECT quillon.featherstone', '[redacted]'],
    ['pg.query:SELECT featherstone', '[redacted]'],
    ['COMMIT', '[redacted]'],
    ['fs quillonFeatherstone', '[redacted]'],
    ['GET /:quillonFeatherstone', 'GET /{id}'],
    ['GET /{Quillon_Featherstone}', 'GET /{id}'],
    ['GET /api/students/featherstone', 'GET /api/students/{id}'],
    ['GET', 'GET'],
    ['documentLoad', 'documentLoad'],
    ['GET /api/students/{id}', 'GET /api/students/{id}'],
  ] as const) {
    it(`of a page becomes "${passed}" where it was "${written}"`, () => {
      expect(page.spanName(written)).to.equal(passed)
      expect(page.spanName(passed)).to.equal(passed)
    })
  }

  for (const [written, passed] of [
    ['SELECT quillon.featherstone', '[redacted]'],
    ['pg.query:SELECT featherstone', '[redacted]'],
    ['GET /:quillonFeatherstone', 'GET /{id}'],
    ['GET /{Quillon_Featherstone}', 'GET /{id}'],
    ['router - /:quillonFeatherstone', 'router - /{id}'],
    ['SELECT university.users', 'SELECT university.users'],
    ['pg.query:SELECT campanile', 'pg.query:SELECT campanile'],
    ['GET /api/students/:id', 'GET /api/students/:id'],
    ['GET /api/students/{studentId}', 'GET /api/students/{studentId}'],
    ['router - /api/students/:id', 'router - /api/students/:id'],
  ] as const) {
    it(`of a program with a roster becomes "${passed}" where it was "${written}"`, () => {
      expect(program.spanName(written)).to.equal(passed)
    })
  }
})
