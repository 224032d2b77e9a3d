/** Hosts, versions and languages, whose shapes have room for words and numbers that a page should not say. */
import { expect } from 'chai'
import { createFence } from '../../privacy/fence.ts'

const page = createFence({ policy: { mode: 'enforce' }, audience: 'browsers' })

describe('a host of this machine', () => {
  for (const url of ['http://127.55.123.45/', 'http://127.555.123.456:5001/', 'http://127.1.2.3/']) {
    it(`has no free digits: ${url}`, () => {
      expect(page.attribute('span.attribute', 'url.full', url)).to.match(/^http:\/\/\{host\}/)
    })
  }
  for (const url of [
    'http://127.0.0.1:5001/',
    'http://127.0.0.11/',
    'http://127.0.1.1/',
    'http://[::1]:5001/',
  ]) {
    it(`stays: ${url}`, () => {
      expect(page.attribute('span.attribute', 'url.full', url)).to.equal(url)
    })
  }
})
