/** Every form a posture is written in, by name. */
import type { Posture } from '../../contracts/posture.ts'
import type { AwsAccount } from '../hub/account.ts'
import { writeAsff } from './asff.ts'
import { writeConsole, type ConsoleOptions } from './console.ts'
import { writeCsv } from './csv.ts'
import type { ReportFormat } from './format-names.ts'
import { writeHtml } from './html.ts'
import { writeJunit } from './junit.ts'
import { writeMarkdown } from './markdown.ts'
import { writeOcsf } from './ocsf.ts'
import { writeOscalComponent } from './oscal-component.ts'
import { writeOscalPoam } from './oscal-poam.ts'
import { writeOscalResults } from './oscal-results.ts'
import { writeSarif } from './sarif.ts'

export interface ReportOptions extends ConsoleOptions {
  /** Whose findings they are; needed for `asff` only. */
  readonly account?: AwsAccount
}

/** Writes a posture. `asff` without an account is the caller's mistake and refused before any scan. */
export async function writeReport(
  posture: Posture,
  format: ReportFormat,
  { account = { id: '', region: '' }, ...terminal }: ReportOptions = {},
): Promise<string | Buffer> {
  switch (format) {
    case 'console':
      return writeConsole(posture, terminal)
    case 'json':
      return `${JSON.stringify(posture, null, 2)}\n`
    case 'html':
      return writeHtml(posture)
    case 'pdf': {
      // Loaded when it is asked for: the library takes longer to load than a scan.
      const { writePdf } = await import('./pdf.ts')
      return writePdf(posture)
    }
    case 'sarif':
      return writeSarif(posture)
    case 'oscal-results':
      return writeOscalResults(posture)
    case 'oscal-poam':
      return writeOscalPoam(posture)
    case 'oscal-component':
      return writeOscalComponent(posture)
    case 'ocsf':
      return writeOcsf(posture)
    case 'asff':
      return writeAsff(posture, account)
    case 'junit':
      return writeJunit(posture)
    case 'markdown':
      return writeMarkdown(posture)
    case 'csv':
      return writeCsv(posture)
  }
}
