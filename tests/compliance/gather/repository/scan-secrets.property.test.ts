import { expect } from 'chai'
import fc from 'fast-check'
import { scanSecrets, type TextForm } from '../../../../compliance/gather/repository/scan-secrets.ts'
import { propertyRuns } from '../../../support/property.ts'

const rules = (text: string, form: TextForm) => scanSecrets(text, form).map(({ rule }) => rule)
/** Put together here, so that this file holds none. */
const token = `gh${'p'}_${'a1B2'.repeat(9)}`
const block = (material: string) => `-----BEGIN ${'PRIVATE'} KEY-----\n${material}\n`

describe('the scan for secrets', () => {
  const held: readonly (readonly [TextForm, string])[] = [
    ['tokens', `curl -H "x: ${token}"`],
    ['tokens', `AK${'IA'}${'QZ7X'.repeat(4)}`],
    ['tokens', `Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.${'aB3-'.repeat(8)}`],
    ['tokens', block('MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ')],
    ['settings', 'DB_PASSWORD=q8Xw33k'],
    ['settings', 'export JWT_SECRET="hunter"'],
    ['settings', 'DATABASE_URL=postgres://campus:q8Xw33k@db/campus'],
    ['data', 'password: q8Xw-33k-mailer'],
    ['data', '{ "smtpPassword": "q8Xw-33k-mailer" }'],
    ['code', "const password = 'q8Xw-33k-mailer'"],
    ['code', 'api_key="q8Xw33kq8Xw33k"'],
    ['code', "seedUser('admin', { password: 'admin123' })"],
    ['seed', "INSERT INTO users VALUES (1, 'admin', 'admin123');"],
  ]
  for (const [form, text] of held) {
    it(`finds one in ${form}: ${text.slice(0, 24)}`, () => {
      expect(rules(text, form)).to.have.length(1)
    })
  }

  const free: readonly (readonly [TextForm, string])[] = [
    ['settings', 'DB_PASSWORD=${DB_PASSWORD}'],
    ['settings', 'DB_PASSWORD='],
    ['settings', 'DB_PASSWORD_FILE=/run/secrets/db'],
    ['settings', 'PASSWORD_MIN_LENGTH=14'],
    ['settings', 'DATABASE_URL=postgres://campus@db:5432/campus'],
    ['data', 'password: ${{ secrets.DATABASE_PASSWORD }}'],
    ['data', '"password": "string"'],
    ['data', 'token: access-token'],
    ['data', 'password: "Your password"'],
    ['code', 'const password = process.env.PASSWORD'],
    ['code', "const tokenUrl = 'https://login.campus.example/token'"],
    ['code', "const token = 'audit.writer.v1'"],
    ['code', '{ type: "password", name: "password" }'],
    ['code', ' * "SharedSecret": "MEYCIQCKZLWyTk5runarx6XiAkU9gv3lbwPO"'],
    ['code', `const start = '-----BEGIN ${'PRIVATE'} KEY-----'`],
    ['seed', "INSERT INTO rooms VALUES (1, 'library', 'B12');"],
    ['tokens', 'DB_PASSWORD=q8Xw33k'],
    ['tokens', 'AKIAIOSFODNN7EXAMPLE'],
  ]
  for (const [form, text] of free) {
    it(`finds none in ${form}: ${text.slice(0, 40)}`, () => {
      expect(rules(text, form)).to.deep.equal([])
    })
  }

  it('tells the values everybody knows from others', () => {
    const [known, own] = ['DB_PASSWORD=admin123', 'DB_PASSWORD=q8Xw33k'].map((text) =>
      scanSecrets(text, 'settings').at(0),
    )
    expect(known?.isWeak).to.equal(true)
    expect(own?.isWeak).to.equal(false)
  })

  it('names the place and never the value', () => {
    const found = scanSecrets('a=1\nDB_PASSWORD=q8Xw33k-unlike-any\n', 'settings')
    expect(found).to.deep.equal([{ rule: 'assignment', name: 'DB_PASSWORD', line: 2, isWeak: false }])
  })

  const key = `AK${'IA'}${'QZ7X'.repeat(4)}`
  const sample = 'AKIAIOSFODNN7EXAMPLE'

  it('looks at a line to its end, however long it is', () => {
    const state = (entry: string) => `{"pad":"${'a'.repeat(500_000)}",${entry}}`
    expect(rules(state(`"k":"${key}"`), 'tokens')).to.deep.equal(['aws-access-key'])
    expect(rules(state('"smtpPassword":"q8Xw-33k-mailer"'), 'data')).to.deep.equal(['assignment'])
    expect(rules(state('"url":"postgres://campus:q8Xw33k@db/campus"'), 'data')).to.deep.equal(['address'])
  })

  it('finds the secret behind a sample, and every other one on the line', () => {
    expect(rules(`${sample} ${key}`, 'tokens')).to.deep.equal(['aws-access-key'])
    expect(rules(`${key} ${key} ${token}`, 'tokens')).to.deep.equal(['aws-access-key', 'github-token'])
    expect(rules('a://b:${X}@c postgres://campus:q8Xw33k@db/campus', 'data')).to.deep.equal(['address'])
  })

  it('is bounded on whatever a file holds', () => {
    const pieces = fc.constantFrom(
      'password',
      '=',
      '"',
      "'",
      ': ',
      'a1',
      '://',
      ':',
      '@',
      '-',
      ' ',
      'export ',
      'eyJ',
    )
    const line = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 20 }),
        fc.constantFrom<TextForm>('settings', 'code', 'seed'),
        (lines, form) => {
          const found = scanSecrets(lines.join('\n'), form)
          expect(found.length).to.be.at.most(100)
          for (const each of found) expect(each.line).to.be.within(1, Math.max(1, lines.length))
        },
      ),
      propertyRuns({ ci: 300, soak: 20_000 }),
    )
  })

  it('takes no more than linear time on texts made to take more', () => {
    const hostile = [
      `password="${'a'.repeat(3_000)}`,
      `${'password'.repeat(400)}=`,
      `x://${':'.repeat(3_900)}@`,
    ]
    for (const text of hostile) {
      for (const all of [`${text}\n`.repeat(50), text.repeat(50)]) {
        expect(rules(all, 'code').length).to.be.at.most(100)
      }
    }
  })
})
