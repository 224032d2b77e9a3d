import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { packTar } from 'modern-tar'
import type { Page } from 'playwright-core'
import { leafHash } from '../../../audit/log/hash.ts'
import { writeTlogProof } from '../../../audit/log/tlog-proof.ts'
import { collectErrors, launchBrowser, type Browser } from '../../support/browser.ts'
import { eventually } from '../../support/poll.ts'
import { naivePath, naiveRoot } from '../report/naive-tree.ts'
import { testSigner } from '../log/cosigned-log.ts'
import { anchoredProof, proofKey, proofPolicy } from './anchored-proof.ts'
import { smallExport, smallLogKey } from './small-log.ts'
import { entryOf, folderKey, signFolder } from './tile-folder.ts'

const main = new URL('../../../audit/main.ts', import.meta.url).pathname
const axe = createRequire(import.meta.url).resolve('axe-core')
const lines = smallExport(Array.from({ length: 40 }, (_, at) => `id-${at}`))

/** Gives what waits in the page its turn, and what waits for that. */
const manyTurns = `(async () => {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setTimeout(resolve))
})()`

interface Violations {
  readonly violations: readonly {
    readonly id: string
    readonly nodes: readonly { readonly html: string }[]
  }[]
}

async function pack(entries: Readonly<Record<string, string>>): Promise<Buffer> {
  const files = Object.entries(entries).map(([name, body]) => ({
    header: { name, size: Buffer.byteLength(body) },
    body,
  }))
  return gzipSync(await packTar(files))
}

describe('the verifier as a page', function () {
  let folder: string
  let browser: Browser
  let page: Page
  let errors: readonly string[]
  const requests: string[] = []

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'campanile-page-'))
    const out = join(folder, 'verifier.html')
    execFileSync(process.execPath, [main, 'verifier-page', '--out', out])
    browser = await launchBrowser()
    page = await browser.context.newPage()
    errors = collectErrors(page)
    page.on('request', (request) => requests.push(request.url()))
    await page.goto(`file://${out}`)
  })
  after(async () => {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Waits until the page says something of a file; while it looks, it says so first. */
  const settled = (name: string) =>
    page
      .locator('#status')
      .filter({ hasText: new RegExp(`^${name.replaceAll('.', '[.]')}`) })
      .waitFor()

  /** Gives the page a file and waits for what it says of it. */
  const verify = async (name: string, bytes: Uint8Array | string, key = smallLogKey) => {
    const path = join(folder, name)
    writeFileSync(path, bytes)
    await page.fill('#key', key)
    await page.setInputFiles('#file', [])
    await page.setInputFiles('#file', path)
    await settled(name)
    return `${await page.textContent('#status')}\n${await page.innerText('#result')}`
  }

  it('accepts a good pack under a key that was given', async () => {
    const text = await verify(
      'good.tar.gz',
      await pack({ 'export.ndjson': lines.join('\n'), key: smallLogKey }),
    )
    expect(text).to.match(/^good\.tar\.gz is verified\./)
    expect(text).to.include('40 entries verified').and.to.not.include('No key was given')
  })

  it('says without a key what it cannot know', async () => {
    const text = await verify('keyless.tar.gz', await pack({ 'export.ndjson': lines.join('\n') }), '')
    expect(text).to.match(/^keyless\.tar\.gz is verified\./)
    expect(text).to.include('What this cannot show').and.to.include('not whose it is')
  })

  it('names the entry in which one byte was changed', async () => {
    const at = 1 + 23
    const line = lines[at] ?? ''
    const changed = lines.with(at, line.replace('"eventTime":', '"eventTime":1'))
    const text = await verify('changed.tar.gz', await pack({ 'export.ndjson': changed.join('\n') }))
    expect(text).to.match(/^changed\.tar\.gz is NOT verified\./)
    expect(text).to.include('LEAF_HASH_MISMATCH, first bad leaf: leaf 23')
  })

  it('refuses a signature that does not fit, and a key of another log', async () => {
    const last = lines.length - 1
    const forged = lines.with(
      last,
      (lines[last] ?? '').replace(
        /.{20}\\n"\}$/,
        (end) => `${end.startsWith('A') ? 'B' : 'A'}${end.slice(1)}`,
      ),
    )
    expect(await verify('forged.ndjson', forged.join('\n')))
      .to.include('NOT verified')
      .and.to.include('CHECKPOINT_INVALID')
    expect(await verify('other.ndjson', lines.join('\n'), folderKey)).to.include('CHECKPOINT_INVALID')
    expect(await verify('nokey.ndjson', lines.join('\n'), 'nonsense')).to.include('could not be verified')
  })

  it('checks a proof, and not with another leaf', async () => {
    const leaves = Array.from({ length: 9 }, (_, at) => entryOf(at))
    const proof = (index: number, extra: Buffer) =>
      writeTlogProof({ extra, index, path: naivePath(leaves, index), note: signFolder(9, naiveRoot(leaves)) })
    const good = proof(4, leaves[4] ?? Buffer.alloc(0))
    expect(await verify('good.tlog-proof', good, folderKey))
      .to.include('entry 4 of log')
      .and.to.include('is verified.')
    const bad = proof(4, leaves[5] ?? Buffer.alloc(0))
    expect(await verify('bad.tlog-proof', bad, folderKey))
      .to.include('NOT verified')
      .and.to.include('AUDIT_PROOF_INVALID')
    expect(leafHash(leaves[4] ?? Buffer.alloc(0))).to.have.length(32)
  })

  it('judges the proofs of a pack by its policy, and says whose word that is', async () => {
    const parts = { 'proofs/4.json': anchoredProof(), key: proofKey, policy: proofPolicy }
    const good = await verify('proofs.tar.gz', await pack(parts), proofKey)
    expect(good).to.match(/^proofs\.tar\.gz is verified\./)
    expect(good).to.include('cosigned by peer').and.to.include('No policy was given')
    const unmet = proofPolicy
      .replace('quorum peer', 'group two 2 peer other')
      .replace(
        'witness peer',
        `witness other ${testSigner('other.example/witness', 8, 'cosignature').vkey}\nwitness peer`,
      )
    const lacking = await pack({ ...parts, policy: `${unmet}quorum two\n` })
    expect(await verify('lacking.tar.gz', lacking, proofKey)).to.include('AUDIT_POLICY_UNMET')
  })

  it('takes a file that is dropped', async () => {
    await page.fill('#key', smallLogKey)
    await page.evaluate(`{
      const transfer = new DataTransfer()
      transfer.items.add(new File([${JSON.stringify(lines.join('\n'))}], 'dropped.ndjson'))
      const event = new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true })
      document.getElementById('drop').dispatchEvent(event)
    }`)
    await settled('dropped.ndjson')
    expect(await page.textContent('#status')).to.equal('dropped.ndjson is verified.')
  })

  it('shows what the newest verification gave, whatever an earlier one of the same file gives later', async () => {
    const path = join(folder, 'slow.ndjson')
    writeFileSync(path, lines.join('\n'))
    await page.fill('#key', '')
    await page.evaluate(`{
      window.held = []
      window.soon = window.setTimeout.bind(window)
      window.setTimeout = (resume) => held.push(resume)
    }`)
    await page.setInputFiles('#file', path)
    await eventually('the first one waits', async () => (await page.evaluate('held.length')) === 1)
    await page.fill('#key', 'nonsense')
    await page.dispatchEvent('#key', 'change')
    await settled('slow.ndjson')
    await page.evaluate(`{
      window.setTimeout = soon
      held.forEach((resume) => resume())
    }`)
    await page.evaluate(manyTurns)
    expect(await page.textContent('#status')).to.include('slow.ndjson could not be verified')
    expect(await page.textContent('#result')).to.equal('')
  })

  it('does not say of a file that it cannot be read once another has taken its place', async () => {
    const path = join(folder, 'failing.ndjson')
    writeFileSync(path, lines.join('\n'))
    await page.evaluate(`{
      const read = Blob.prototype.arrayBuffer
      Blob.prototype.arrayBuffer = function () {
        if (!(this instanceof File)) return read.call(this)
        Blob.prototype.arrayBuffer = read
        return new Promise((_, reject) => (window.failRead = reject))
      }
    }`)
    await page.setInputFiles('#file', path)
    await eventually('the first one waits', () => page.evaluate<boolean>('"failRead" in window'))
    expect(await verify('next.ndjson', lines.join('\n'))).to.match(/^next\.ndjson is verified\./)
    await page.evaluate('failRead(new Error("gone"))')
    await page.evaluate(manyTurns)
    expect(await page.textContent('#status')).to.equal('next.ndjson is verified.')
  })

  it('refuses what is neither export nor proof nor archive', async () => {
    expect(await verify('photo.png', Buffer.alloc(2_000, 7))).to.include('could not be verified')
    expect(await verify('broken.tar.gz', gzipSync(Buffer.alloc(1_000, 1)).subarray(0, 30))).to.include(
      'could not be verified',
    )
  })

  it('is accessible, in light and dark, narrow and wide', async () => {
    await verify('again.tar.gz', await pack({ 'export.ndjson': lines.join('\n') }), '')
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1280, 390]) {
        await page.emulateMedia({ colorScheme })
        await page.setViewportSize({ width, height: 900 })
        // The page's own policy keeps every script out that is not its own; evaluating goes by the debugger.
        await page.evaluate(readFileSync(axe, 'utf8'))
        const found = await page.evaluate<Violations>('axe.run()')
        expect(found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).to.deep.equal([])
        const overflows = await page.evaluate('document.documentElement.scrollWidth > window.innerWidth')
        expect(overflows, `${width}`).to.equal(false)
        const shots = process.env['CAMPANILE_SCREENSHOTS']
        if (shots !== undefined)
          await page.screenshot({ path: join(shots, `verifier-${colorScheme}-${width}.png`), fullPage: true })
      }
    }
  })

  it('asks nobody for anything, and breaks no rule of its own', () => {
    expect(requests.filter((url) => !url.startsWith('file://'))).to.deep.equal([])
    expect(errors).to.deep.equal([])
    const html = readFileSync(join(folder, 'verifier.html'), 'utf8')
    expect(html)
      .to.include("default-src 'none'")
      .and.to.not.match(/unsafe-(?:inline|eval)/)
  })
})
