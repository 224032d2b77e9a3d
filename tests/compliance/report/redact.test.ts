import { expect } from 'chai'
import { redactLines } from '../../../compliance/report/redact.ts'
import { SecretIndex } from '../../../compliance/report/secret-index.ts'

const none = new SecretIndex([])
const lenient = { known: none, isStrict: false }
const one = (line: string, known: readonly string[] = []) =>
  redactLines([line], { known: new SecretIndex(known), isStrict: false })[0]

describe('secrets in lines of scanned files', () => {
  for (const line of [
    'password = "CANARY-x1"',
    'password = "${var.nope}CANARY-x1"',
    'password: ${STAGE}CANARY-x1',
    'password = var.given == "" ? "CANARY-x1" : var.given',
    '  DB_PASSWORD: CANARY-x1',
    '- JWT_SECRET=CANARY-x1',
    '"apiKey": "CANARY-x1",',
    'ENV ADMIN_TOKEN CANARY-x1',
    'ARG NPM_TOKEN=CANARY-x1',
    'url = "postgres://app:CANARY-x1@db.campus.example/app"',
    'command: redis-server --requirepass CANARY-x1',
    'RUN curl -u admin:CANARY-x1 https://api.campus.example',
    'RUN mysql -u root -pCANARY-x1',
    'test: ["CMD", "curl", "-u", "admin:CANARY-x1", "http://x"]',
    'command: ["postgres", "--auth", "CANARY-x1"]',
    'RUN curl -H "Authorization: Bearer CANARY-x1" https://api.campus.example',
  ]) {
    it(`are hidden in ${line.replace('CANARY-x1', '…')}`, () => {
      expect(one(line)).not.to.include('CANARY')
      expect(one(line)).to.include('[hidden]')
    })
  }

  it('are hidden wherever they stand once they were read as secrets', () => {
    expect(one('# old one: CANARY-x1, ask the office', ['CANARY-x1'])).to.equal(
      '# old one: [hidden], ask the office',
    )
  })

  it('are hidden as a whole where one begins like another', () => {
    const known = ['CANARY-x1', 'CANARY-x1-long']
    expect(one('a CANARY-x1-long b CANARY-x1 CANARY', known)).to.equal('a [hidden] b [hidden] CANARY')
  })

  it('are hidden in the value that follows the name of a secret', () => {
    const lines = ['- name: DB_PASSWORD', '  value: CANARY-x1', '- name: REGION', '  value: eu-central-1']
    expect(redactLines(lines, lenient)).to.deep.equal([lines[0], '  value: [hidden]', lines[2], lines[3]])
  })

  it('are hidden in the element behind their option', () => {
    const lines = ['- --requirepass', '- CANARY-x1', '- --port', '- "6379"']
    expect(redactLines(lines, lenient)).to.deep.equal([
      '- --requirepass',
      '- [hidden]',
      '- --port',
      '- "6379"',
    ])
  })

  it('are hidden as a whole where a private key stands, also when its beginning is not shown', () => {
    const key = ['-----BEGIN PRIVATE KEY-----', 'CANARYCANARY', '-----END PRIVATE KEY-----', 'a: 1']
    expect(redactLines(key, lenient).join('\n')).not.to.include('CANARY')
    expect(redactLines(key.slice(1), lenient)).to.deep.equal(['[hidden]', '[hidden]', 'a: 1'])
  })

  it('have the shape of keys', () => {
    expect(one('  # wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY')).to.equal('  # [hidden]')
  })

  it('are not what refers to them, nor what only looks like one', () => {
    for (const line of [
      'password = var.database_password',
      'password = "${var.one}-${var.two}"',
      'auth = { password = var.database_password, username = "app" }',
      'POSTGRES_PASSWORD: ${POSTGRES_PASSWORD}',
      'manage_master_user_password = true',
      'secret_key_file = "/run/secrets/key"',
      'image: app@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      'ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"',
      'variable "database_password" {',
    ]) {
      expect(one(line)).to.equal(line)
    }
  })

  it('hide every literal where the finding is a secret', () => {
    const lines = redactLines(['region = "CANARY"', 'key = var.key'], { known: none, isStrict: true })
    expect(lines).to.deep.equal(['region = [hidden]', 'key = var.key'])
  })
})
