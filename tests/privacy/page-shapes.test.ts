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

describe('a version that a page gives', () => {
  for (const version of [
    '1.Ann.Lee',
    '1.ann',
    '1a.1n.1n',
    '2.0-Lee',
    '1.beta.main',
    'v1.Lee.2',
    '1.0-rc.Ann',
  ]) {
    it(`holds no word of its own: ${version}`, () => {
      for (const key of ['browser.version', 'service.version', 'faro.app.version'])
        expect(page.attribute('resource.attribute', key, version), key).to.equal(undefined)
      expect(page.text('scope.version', version)).to.equal('[redacted]')
    })
  }
  for (const version of [
    '118.0.5993.88',
    '0.1.0',
    'v2.3.1',
    '2.0.0-rc.1',
    '1.4.0b2',
    '2.1.0-rc1+5114f85',
    '17_4',
    '5114f85',
  ])
    it(`stays: ${version}`, () => {
      expect(page.attribute('resource.attribute', 'service.version', version)).to.equal(version)
      expect(page.text('scope.version', version)).to.equal(version)
    })
})

describe('a language that a page gives', () => {
  for (const language of ['ann', 'lee', 'en-Anna', 'zz']) {
    it(`is one of those there are: not ${language}`, () => {
      expect(page.attribute('resource.attribute', 'browser.language', language)).to.equal(undefined)
    })
  }
  for (const language of ['en', 'en-US', 'zh-Hans-CN', 'es-419', 'fil', 'uk-UA', 'sr-Latn-RS'])
    it(`stays: ${language}`, () => {
      expect(page.attribute('resource.attribute', 'browser.language', language)).to.equal(language)
    })
})
