import { expect } from 'chai'
import { accountId } from '../../../app/door/account-id.ts'
import { uuidPattern } from '../../../app/door/principal.ts'
import { foreignTenant, isForeignBody } from '../../../app/door/tenant-claims.ts'
import { mergeOpenApi, openApi } from '../../../app/door/openapi.ts'
import { docsPage } from '../../../app/door/docs-page.ts'

describe('account ids', () => {
  it('are the same for an e-mail in any case, and version 5', () => {
    const id = accountId('Student@University-A.example ')
    expect(id).to.equal(accountId('student@university-a.example'))
    expect(id)
      .to.match(new RegExp(uuidPattern))
      .and.match(/^.{14}5.{4}[89ab]/)
    expect(id).not.to.equal(accountId('student@university-b.example'))
  })
})

describe('a request that names a tenant', () => {
  it('is found out wherever it does', () => {
    expect(foreignTenant({ headers: {}, url: '/x' }, 'a')).to.equal(undefined)
    expect(foreignTenant({ headers: { 'x-tenant-id': 'a' }, url: '/x?tenant=a' }, 'a')).to.equal(undefined)
    expect(foreignTenant({ headers: { 'x-tenant': 'b' }, url: '/x' }, 'a')).to.equal('header')
    expect(foreignTenant({ headers: {}, url: '/x?tenant=a&tenant=b' }, 'a')).to.equal('path')
    expect(isForeignBody({ tenant: 'b' }, 'a')).to.equal(true)
    expect([null, 'b', { tenant: 'a' }, []].some((body) => isForeignBody(body, 'a'))).to.equal(false)
  })
})

describe('the API document', () => {
  const answer = { status: 200, meaning: 'It.' }
  const document = openApi('x', [{ method: 'get', path: '/a/:id', summary: '<b>', answer }])

  it('writes express paths as OpenAPI ones and puts services below their prefix', () => {
    expect(mergeOpenApi('all', [{ prefix: '/api/x', document }]).paths).to.have.property('/api/x/a/{id}')
  })

  it('shows as a page in which nothing is markup', () => {
    expect(docsPage(document)).to.include('&lt;b&gt;').and.not.include('<b>')
  })
})
