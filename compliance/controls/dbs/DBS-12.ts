/** Who changed the shape of the database, and who read or wrote students' tables, is on record. */
import { knownValueOf, type Attribute, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { isCloudPostgres } from '../read/google-sql.ts'
import { hasDefaultParameters, hasParameters, isOn, parameterOf, setParameter } from '../read/parameters.ts'
import { mended } from '../read/mend.ts'
import { judgeBy } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'definitions are logged, and pgAudit is loaded and records reads and writes (pgaudit.log has read and write, or pgaudit.role is set)',
  'load pgaudit, set pgaudit.role (or pgaudit.log = ddl,role,read,write) and log_statement = ddl',
)

const group = (parameters: readonly (readonly [string, string])[]) => ({
  file: 'main.tf',
  text: `resource "aws_db_parameter_group" "main" {\n  family = "postgres17"\n${parameters
    .map(([name, value]) => `  parameter {\n    name  = "${name}"\n    value = "${value}"\n  }\n`)
    .join('')}}\n`,
})

export const control: Control = {
  id: 'DBS-12',
  page: {
    why: 'An administrator who reads a transcript in the database leaves no trace in any application. Only the database itself can record it.',
    good: [
      group([
        ['log_statement', 'ddl'],
        ['shared_preload_libraries', 'pgaudit'],
        ['pgaudit.role', 'rds_pgaudit'],
      ]),
    ],
    bad: [group([['log_statement', 'none']])],
  },
  sources: ['postgres', 'terraform'],
  applies: (resource) => hasParameters(resource) || hasDefaultParameters(resource),
  check: (resource) =>
    hasParameters(resource)
      ? [judgeDefinitions(resource), judgeLoaded(resource), judgeTables(resource)]
      : judge.fail('it names no parameter group, and the default one records nothing'),
}

/** A setting that nobody wrote is the default; that of a live server is always told, or the extension is not there. */
function textAt(resource: Resource, name: string): { readonly text: string; readonly hidden?: Attribute } {
  const setting = parameterOf(resource, name)
  return setting === undefined || setting.known
    ? { text: textOf(setting?.value).toLowerCase() }
    : { text: '', hidden: setting }
}

function judgeDefinitions(resource: Resource): Verdict {
  const [statement, audit] = [textAt(resource, 'log_statement'), textAt(resource, 'pgaudit.log')]
  const part = 'definitions'
  if (/^(ddl|mod|all)$/.test(statement.text))
    return { ...judge.pass(`log_statement is ${statement.text}`), part }
  if (/\b(ddl|all)\b/.test(audit.text)) return { ...judge.pass(`pgaudit.log is ${audit.text}`), part }
  const hidden = statement.hidden ?? audit.hidden
  if (hidden?.known === false) return { ...judge.unknown(`log_statement ${hidden.why}`, hidden), part }
  const at = parameterOf(resource, 'log_statement')
  const verdict = judge.fail('definitions are not logged', at)
  return { ...mended(verdict, ...setParameter(resource, 'log_statement', 'ddl')), part }
}

function judgeLoaded(resource: Resource): Verdict {
  const part = 'pgaudit'
  const isCloud = isCloudPostgres(resource)
  const name = isCloud ? 'cloudsql.enable_pgaudit' : 'shared_preload_libraries'
  const setting = parameterOf(resource, name)
  if (setting?.known === false) return { ...judge.unknown(`${name} ${setting.why}`, setting), part }
  const isLoaded =
    setting !== undefined && (isCloud ? isOn(setting) : /\bpgaudit\b/.test(textOf(setting.value)))
  if (isLoaded) return { ...judge.pass('pgAudit is loaded', setting), part }
  const verdict = judge.fail('pgAudit is not loaded', setting)
  return { ...(isCloud ? mended(verdict, ...setParameter(resource, name, 'on')) : verdict), part }
}

function judgeTables(resource: Resource): Verdict {
  const part = 'tables'
  const [log, role] = [textAt(resource, 'pgaudit.log'), textAt(resource, 'pgaudit.role')]
  const isWhole =
    /\ball\b/.test(log.text) || (/(?<!-)\bread\b/.test(log.text) && /(?<!-)\bwrite\b/.test(log.text))
  if (isWhole) return { ...judge.pass(`pgaudit.log is ${log.text}`), part }
  if (role.text !== '') return { ...judge.pass(`what ${role.text} is granted is recorded`), part }
  const hidden = log.hidden ?? role.hidden
  if (hidden?.known === false) return { ...judge.unknown(`pgaudit.log ${hidden.why}`, hidden), part }
  const family = textOf(knownValueOf(resource, 'family'))
  const found = `neither reads nor writes are recorded${family === '' ? '' : ` for ${family}`}`
  return { ...judge.fail(found, parameterOf(resource, 'pgaudit.log')), part }
}
