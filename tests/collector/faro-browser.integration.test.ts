/** The Faro SDK in a real browser against the real collector, over a page of an allowed origin. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { build } from 'esbuild'
import { collectErrors, launchBrowser, type Browser } from '../support/browser.ts'
import { eventually } from '../support/poll.ts'
import { faroAppKey, startCollectorProcess, type RunningCollector } from './process-under-test.ts'

interface StoredLog {
  readonly body: unknown
  readonly service: string
  readonly attributes: Readonly<Record<string, unknown>>
}

describe('the Faro SDK in a browser', function () {
  let home: string
  let page: Server
  let collector: RunningCollector
  let browser: Browser

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'campanile-faro-'))
    let script = Buffer.alloc(0)
    page = createServer((request, response) => {
      const isScript = request.url === '/page.js'
      response.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' })
      response.end(
        isScript ? script : '<!doctype html><link rel=icon href=data:,><script src=/page.js></script>',
      )
    }).listen(0, '127.0.0.1')
    await once(page, 'listening')
    const keyFile = join(home, 'hmac.key')
    await writeFile(keyFile, randomBytes(32).toString('hex'))
    collector = await startCollectorProcess(home, [], {
      CAMPANILE_HMAC_KEY_FILE: keyFile,
      CAMPANILE_PORT_GATEWAY: String(portOf(page)),
    })
    script = await bundlePage({ url: `${collector.url('faro')}/collect`, key: faroAppKey })
    browser = await launchBrowser()
  })
  after(async () => {
    await browser.close()
    await collector.kill('SIGTERM')
    page.close()
    await rm(home, { recursive: true, force: true })
  })

  it('is understood, and what it says of a person is taken away', async () => {
    const tab = await browser.context.newPage()
    const errors = collectErrors(tab)
    await tab.goto(`http://127.0.0.1:${portOf(page)}/`)
    const logs = await eventually('every kind of item is stored', async () => {
      const response = await fetch(`${collector.url('query')}/api/logs?limit=100`)
      // The query API answers in this form.
      const { logs: found } = (await response.json()) as { logs: readonly StoredLog[] }
      const kinds = new Set(found.map(({ attributes }) => attributes['faro.kind']))
      return kinds.size === 4 && found
    })
    const text = JSON.stringify(logs)
    expect(text).not.to.match(/quill/i)
    expect(new Set(logs.map(({ service }) => service))).to.deep.equal(new Set(['campus-portal']))
    const sessions = new Set(logs.map(({ attributes }) => attributes['session.id']))
    expect([...sessions]).to.have.length(1)
    expect([...sessions][0]).to.match(/^hmac:[0-9a-f]{8}:[0-9a-f]{64}$/)
    const exception = logs.find(({ attributes }) => attributes['faro.kind'] === 'exception')
    expect(exception?.attributes).to.include({ 'exception.type': 'TypeError', 'faro.view': 'transcript' })
    // The thrown error is the page's own; nothing else went wrong, the preflight and the requests included.
    expect(errors.filter((error) => !error.includes('Ada Quill is undefined'))).to.deep.equal([])
  })
})

async function bundlePage(receiver: { readonly url: string; readonly key: string }) {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'fixtures/faro-page.ts')],
    bundle: true,
    write: false,
    define: { receiver: JSON.stringify(receiver) },
    logLevel: 'silent',
  })
  return Buffer.concat(outputFiles.map(({ contents }) => contents))
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
