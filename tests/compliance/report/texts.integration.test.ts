import { expect } from 'chai'
import type { Posture } from '../../../contracts/posture.ts'
import { writeAsff } from '../../../compliance/report/asff.ts'
import { writeConsole } from '../../../compliance/report/console.ts'
import { writeCsv } from '../../../compliance/report/csv.ts'
import { writeJunit } from '../../../compliance/report/junit.ts'
import { writeMarkdown } from '../../../compliance/report/markdown.ts'
import { writePdf } from '../../../compliance/report/pdf.ts'
import { samplePostures } from './sample-postures.ts'

const account = { id: '123456789012', region: 'eu-central-1' }

const hostileFinding = {
  id: 'NET-01-0123456789abcdef',
  control: 'NET-01',
  status: 'fail' as const,
  severity: 'critical' as const,
  expected: 'x',
}

describe('reports made of text', () => {
  let bad: Posture
  let hostile: Posture
  before(async () => {
    const postures = await samplePostures()
    bad = postures['bad'] ?? expect.fail('no posture')
    hostile = postures['hostile'] ?? expect.fail('no posture')
  })

  it('run nothing in a spreadsheet, and have as many cells in each row as in the first', () => {
    const rows = rowsOf(writeCsv(hostile))
    expect(new Set(rows.map((row) => row.length))).to.have.lengthOf(1)
    expect(rows.flat().filter((cell) => /^[=+\-@\t]/.test(cell))).to.deep.equal([])
  })

  it('are well-formed XML, whatever a file holds', () => {
    for (const posture of [bad, hostile]) {
      const xml = writeJunit(posture)
      expect(xml).not.to.match(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/)
      expect(unbalancedIn(xml)).to.deep.equal([])
      expect(xml).not.to.include('<img')
    }
    expect(writeJunit(bad)).to.match(/<testsuites name="campanile" tests="\d+" failures="\d+" errors="\d+"/)
  })

  it('say of a letter that is not given which of the two rules withholds it', () => {
    const without = (coverageRatio: number) =>
      writeConsole({ ...bad, score: { ...bad.score, grade: 'unverified', coverageRatio } })
    expect(without(1)).to.include('fewer than 10 items are decided')
    expect(without(1)).not.to.include('only 100 %')
    expect(without(0.5)).to.include('only 50 % of what was found')
  })

  it('hold no markup, link or mention in Markdown that a file brought in', () => {
    // Inside code nothing is markup, and nobody is mentioned.
    const text = writeMarkdown(hostile).replaceAll(/`[^`]*`/g, '')
    expect(text).not.to.match(
      /(?<!\\)<img|(?<!\\)\[a(?<!\\)\]\(|@here|http:\/\/evil|www\.evil|[\u001b\u202e]/,
    )
  })

  it('fit in a comment of GitHub, whatever a scan found', () => {
    const long = '*'.repeat(5_000)
    const items = bad.items.map((item) => ({
      ...item,
      state: 'fail' as const,
      why: long,
      findings: Array.from({ length: 5 }, () => ({
        ...hostileFinding,
        resource: long,
        found: long,
        fix: long,
      })),
    }))
    const faults = Array.from({ length: 200 }, () => ({ code: 'X', message: long, file: long, line: 1 }))
    expect(writeMarkdown({ ...bad, items, faults }).length).to.be.at.most(65_536)
  })

  it('stay within the lengths AWS takes', () => {
    const long = 'x'.repeat(5_000)
    const items = bad.items.map((item) => ({
      ...item,
      title: long,
      findings: item.findings.map((finding) => ({ ...finding, found: long, resource: long, fix: long })),
    }))
    const findings = JSON.parse(writeAsff({ ...bad, items }, account)) as readonly {
      readonly Title: string
      readonly Description: string
      readonly Resources: readonly { readonly Id: string }[]
      readonly Remediation?: { readonly Recommendation: { readonly Text: string } }
      readonly ProductFields: Readonly<Record<string, string>>
      readonly Compliance: { readonly AssociatedStandards: readonly unknown[] }
      readonly AwsAccountId: string
      readonly ProductArn: string
    }[]
    for (const each of findings) {
      expect(each.Title.length).to.be.at.most(256)
      expect(each.Description.length).to.be.at.most(1_024)
      expect(each.Resources[0]?.Id.length).to.be.at.most(512)
      expect(each.Remediation?.Recommendation.Text.length ?? 0).to.be.at.most(512)
      expect(Math.max(...Object.values(each.ProductFields).map(({ length }) => length))).to.be.at.most(2_048)
      expect(each.Compliance.AssociatedStandards.length).to.be.at.most(20)
      expect(each.ProductArn).to.equal(
        'arn:aws:securityhub:eu-central-1:123456789012:product/123456789012/default',
      )
      expect(Buffer.byteLength(JSON.stringify(each))).to.be.below(240_000)
    }
  })

  it('are coloured on a terminal by the same words', () => {
    const coloured = writeConsole(hostile, { isColoured: true })
    expect(coloured).to.match(/^\u001b\[31;1m\d+ critical items fail/)
    expect(coloured.replaceAll(/\u001b\[[\d;]*m/g, '')).to.equal(writeConsole(hostile))
  })

  it('are one line for each open item where quiet was asked', () => {
    const lines = writeConsole(bad, { isQuiet: true }).trimEnd().split('\n')
    const open = bad.items.filter(({ state }) => state === 'fail' || state === 'unknown')
    expect(lines).to.have.lengthOf(open.length + 3)
    expect(lines.at(-1)).to.match(/^Score: /)
  })

  it('are pages with the posture attached', async () => {
    const pdf = (await writePdf(hostile)).toString('latin1')
    expect(pdf).to.match(/^%PDF-1\.7/)
    expect(pdf).to.include('posture.json')
  })
})

/** Reads CSV as RFC 4180 has it. */
function rowsOf(csv: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, plain = '', end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain)
    if (end === '\r\n') rows.push([])
  }
  return rows.slice(0, -1)
}

/** Lists tags that do not close each other, and characters that stand outside of any token. */
function unbalancedIn(xml: string): string[] {
  const open: string[] = []
  const faults: string[] = []
  const token =
    /<\?xml[^?]*\?>|<(\/?)(\w+)((?: [\w:-]+="[^"<]*")*)(\/?)>|(?:[^<&>]|&(?:amp|lt|gt|quot|#\d+);)+|[^]/g
  for (const [text, close, name = '', , alone] of xml.matchAll(token)) {
    if (text.startsWith('<?xml')) continue
    if (/^[<&>]$/.test(text)) faults.push(text)
    else if (close === '/') faults.push(...(open.pop() === name ? [] : [`</${name}>`]))
    else if (name !== '' && alone === '') open.push(name)
  }
  return [...faults, ...open]
}
